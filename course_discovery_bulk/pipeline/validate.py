"""Validate: from cells to values, with every problem of every row found before the first write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from course_discovery_bulk.columns.base import Cell, Context
from course_discovery_bulk.columns.headers import check_headers, normalise_header
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.data import CleanRow, RawRow, fold
from course_discovery_bulk.exceptions import INTERRUPTIONS
from course_discovery_bulk.operations.base import Operation, RowCheck
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.problems import (
    CONTRADICTING_ROWS,
    DUPLICATE_ROW,
    MISSING_COLUMN,
    MISSING_ONE_OF,
    MISSING_REQUIRED_DATA,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Validator:
    """Checks rows of one operation against one set of lookups."""

    operation: Operation
    context: Context
    default_product_source: str

    def clean(self, row: RawRow) -> CleanRow:
        """The values of a row and everything that is wrong with it; a cell that could not be read is told of once."""
        texts = self.operation.texts(row.cells)
        values: dict[str, Any] = {}
        problems = list(row.problems)
        told = {self.operation.known_headers.get(found.column or "") for found in row.problems}
        for column in self.operation.columns:
            if column.name in texts and column.name not in told:
                parsed = column.parse(Cell(line=row.line, column=column.name, text=texts[column.name]), self.context)
                problems.extend(parsed.problems)
                if parsed.is_valid:
                    values[column.name] = parsed.value
        problems.extend(self._missing(row, texts))
        check = RowCheck(
            line=row.line,
            values=values,
            texts=texts,
            lookups=self.context.lookups,
            default_product_source=self.default_product_source,
            columns=self.operation.columns,
        )
        problems.extend(self.operation.check(check))
        group = fold(self.operation.group(values))
        return CleanRow(line=row.line, group=group, values=values, problems=tuple(problems))

    def _missing(self, row: RawRow, texts: dict[str, str]) -> Iterator[Problem]:
        for name in self.operation.required:
            if name not in texts:
                place = Place(line=row.line, column=name)
                yield problem(MISSING_REQUIRED_DATA, place, operation=Phrase(self.operation.label))
        either = self.operation.either
        if either and not any(name in texts for name in either):
            yield problem(MISSING_ONE_OF, Place(line=row.line, column=either[0]), columns=", ".join(either))


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What earlier rows of a file said, to find rows that contradict them; hand one in for all parts of a file."""

    lines: dict[str, int] = field(default_factory=dict)  # identity -> line
    cells: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)  # thing and column -> line and text


def validate_headers(headers: Iterable[str], operation: Operation) -> list[Problem]:
    """What is wrong with a header line for an operation: errors refuse the file, notes are told."""
    known = operation.known_headers
    found = check_headers(list(headers), known=known, required=operation.required, operation=Phrase(operation.label))
    named = {known.get(normalise_header(header)) for header in headers}
    if operation.either and named & set(known.values()) and not named & set(operation.either):
        place = Place(line=1, column=operation.either[0])
        found.append(
            problem(MISSING_COLUMN, place, operation=Phrase(operation.label), suggestion=_or(operation.either))
        )
    return found


def validate_rows(rows: Iterable[RawRow], validator: Validator, seen: Seen) -> Iterator[CleanRow]:
    """Rows in file order; two rows with one identity, or that set one cell to two values, are a mistake."""
    for row in rows:
        clean = clean_safely(row, validator)
        yield replace(clean, problems=(*clean.problems, *_across_rows(row, clean, validator.operation, seen)))


def _across_rows(row: RawRow, clean: CleanRow, operation: Operation, seen: Seen) -> Iterator[Problem]:
    identity = operation.identity(clean.values) if clean.values else ""
    first_line = seen.lines.setdefault(fold(identity), row.line) if identity else row.line
    if first_line != row.line:
        place = Place(line=row.line, column=operation.identity_column, value=identity)
        yield problem(DUPLICATE_ROW, place, first_line=first_line, key=identity)
    elif not identity and clean.group:
        yield from _contradictions(row, clean, operation, seen)


def _contradictions(row: RawRow, clean: CleanRow, operation: Operation, seen: Seen) -> Iterator[Problem]:
    texts = operation.texts(row.cells)
    for column in operation.columns:
        if column.name not in clean.values or column.name in (*operation.required, *operation.either):
            continue
        thing = operation.thing(clean.values, on_run=column.on_run)
        text = texts[column.name]
        first_line, first_text = seen.cells.setdefault((fold(thing), column.name), (row.line, text))
        is_change = isinstance(clean.values[column.name], ListValue) and clean.values[column.name].is_change
        if first_line != row.line and (first_text != text or is_change):
            place = Place(line=row.line, column=column.name, value=text)
            yield problem(CONTRADICTING_ROWS, place, first_line=first_line, key=thing)


def _or(names: Iterable[str]) -> str:
    return Phrase(_("One of these is enough: {names}."), names=", ".join(names))


def clean_safely(row: RawRow, validator: Validator) -> CleanRow:
    """The values of a row; a bug of ours is a problem of that row alone."""
    try:
        return validator.clean(row)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - one row must never take the others down
        return CleanRow(
            line=row.line, group="", values={}, problems=(*row.problems, report_incident(error, line=row.line))
        )
