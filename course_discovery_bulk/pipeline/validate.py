"""Validate: from cells to values, with every problem of every row found before the first write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from course_discovery_bulk.columns.base import Cell, Context
from course_discovery_bulk.columns.headers import check_headers
from course_discovery_bulk.data import CleanRow, RawRow, fold
from course_discovery_bulk.exceptions import INTERRUPTIONS
from course_discovery_bulk.incidents import report_incident
from course_discovery_bulk.operations.base import Operation, RowCheck
from course_discovery_bulk.problems import (
    DUPLICATE_ROW,
    MISSING_REQUIRED_DATA,
    Place,
    Problem,
    problem,
)


@dataclass(frozen=True, kw_only=True)
class Validator:
    """Checks rows of one operation against one set of lookups."""

    operation: Operation
    context: Context
    default_product_source: str

    def clean(self, row: RawRow) -> CleanRow:
        """The values of a row and everything that is wrong with it."""
        texts = self._texts(row)
        values: dict[str, Any] = {}
        problems = list(row.problems)
        for column in self.operation.columns:
            if column.name in texts:
                parsed = column.parse(Cell(line=row.line, column=column.name, text=texts[column.name]), self.context)
                problems.extend(parsed.problems)
                if not parsed.problems:
                    values[column.name] = parsed.value
        problems.extend(self._missing(row, texts))
        check = RowCheck(
            line=row.line,
            values=values,
            texts=texts,
            lookups=self.context.lookups,
            default_product_source=self.default_product_source,
        )
        problems.extend(self.operation.check(check))
        group = fold(self.operation.group(values))
        return CleanRow(line=row.line, group=group, values=values, problems=tuple(problems))

    def _texts(self, row: RawRow) -> dict[str, str]:
        names = self.operation.known_headers
        return {names[header]: text for header, text in row.cells.items() if text and header in names}

    def _missing(self, row: RawRow, texts: dict[str, str]) -> Iterator[Problem]:
        for name in self.operation.required:
            if name not in texts:
                place = Place(line=row.line, column=name)
                yield problem(MISSING_REQUIRED_DATA, place, operation=self.operation.label)


def validate_headers(headers: Iterable[str], operation: Operation) -> list[Problem]:
    """What is wrong with a header line for an operation: errors refuse the file, notes are told."""
    return check_headers(
        list(headers), known=operation.known_headers, required=operation.required, operation=operation.label
    )


def validate_rows(rows: Iterable[RawRow], validator: Validator, first_lines: dict[str, int]) -> Iterator[CleanRow]:
    """Rows in file order; the second of two rows with one identity is a mistake.

    `first_lines` (identity -> line) is filled on the way; hand the same one in for every part of a file.
    """
    for row in rows:
        clean = _clean_safely(row, validator)
        identity = fold(validator.operation.identity(clean.values)) if clean.values else ""
        first_line = first_lines.setdefault(identity, row.line) if identity else row.line
        yield clean if first_line == row.line else _with_duplicate(clean, validator.operation, first_line)


def _clean_safely(row: RawRow, validator: Validator) -> CleanRow:
    try:
        return validator.clean(row)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - one row must never take the others down; the row says so and the log has the rest
        return CleanRow(line=row.line, group="", values={}, problems=(report_incident(error, line=row.line),))


def _with_duplicate(row: CleanRow, operation: Operation, first_line: int) -> CleanRow:
    key = operation.identity(row.values)
    place = Place(line=row.line, column=operation.identity_column, value=key)
    found = problem(DUPLICATE_ROW, place, first_line=first_line, key=key)
    return replace(row, problems=(*row.problems, found))
