"""Validate: from cells to values, with every problem of every row found before the first write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final

from course_discovery_bulk.choices import GOOD_ROW_STATUSES
from course_discovery_bulk.columns.base import Cell, Column, Context
from course_discovery_bulk.columns.headers import check_headers, has_our_marks, normalise_header
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.data import CleanRow, RawRow, fold
from course_discovery_bulk.exceptions import INTERRUPTIONS
from course_discovery_bulk.operations.base import Operation, RowCheck
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.pipeline.fitting import name_better_operation
from course_discovery_bulk.pipeline.marking_columns import expectations_of, version_of
from course_discovery_bulk.problems import (
    CONTRADICTING_ROWS,
    DUPLICATE_ROW,
    INTERNAL_ERROR,
    MISSING_COLUMN,
    MISSING_ONE_OF,
    MISSING_REQUIRED_DATA,
    MORE_PROBLEMS,
    NO_DATA_CODES,
    OPPOSITE_ROWS,
    REPEATED_SLUG,
    Allowance,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

DIGEST_BYTES: Final = 12
# What is said of a row because of other rows.
ACROSS_ROWS: Final = frozenset(kind.code for kind in (CONTRADICTING_ROWS, DUPLICATE_ROW, OPPOSITE_ROWS, REPEATED_SLUG))
RESULT_STATUS: Final = "status"  # the column of our own results files that says how a row ended


@dataclass(frozen=True, kw_only=True)
class Validator:
    """Checks rows of one operation against one set of lookups."""

    operation: Operation
    context: Context
    default_product_source: str

    def clean(self, row: RawRow) -> CleanRow:
        """The values of a row and everything that is wrong with it; a cell that could not be read is told of once."""
        if any(found.code in NO_DATA_CODES for found in row.problems):
            return CleanRow(line=row.line, group="", values={}, problems=row.problems)
        texts = self.operation.texts(row.cells)
        values: dict[str, Any] = {}
        problems = list(row.problems)
        for column, cell in self._readable_cells(row, texts):
            parsed = column.parse(cell, self.context)
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
        expected, told = expectations_of(row, self.operation)
        version, doubts = version_of(row)
        problems.extend((*told, *doubts))
        group = fold(self.operation.group(values))
        return CleanRow(
            line=row.line, group=group, values=values, problems=tuple(problems), expected=expected, version=version
        )

    def recall(self, row: RawRow, found: Iterable[Problem] = ()) -> CleanRow:
        """What other rows are compared with, of a row that was checked before and had these problems.

        It has a value for the same cells as `clean`; for a kind that takes long to parse that is the text.
        """
        if any(found.code in NO_DATA_CODES for found in row.problems):
            return CleanRow(line=row.line, group="", values={})
        errors: defaultdict[str | None, set[str]] = defaultdict(set)
        for item in found:
            if item.is_error:
                errors[item.column].add(item.code)
        has_values = INTERNAL_ERROR.code not in errors[None]
        is_known = MORE_PROBLEMS.code not in errors[None]  # or an error that is not kept may be about any cell
        values = dict(self._recall_values(row, errors, is_known=is_known)) if has_values else {}
        return CleanRow(line=row.line, group=fold(self.operation.group(values)) if has_values else "", values=values)

    def _recall_values(
        self, row: RawRow, errors: Mapping[str | None, set[str]], *, is_known: bool
    ) -> Iterator[tuple[str, Any]]:
        for column, cell in self._readable_cells(row, self.operation.texts(row.cells)):
            told = errors.get(column.name, set()) - {CONTRADICTING_ROWS.code}
            if not column.refusals.isdisjoint(told):
                continue
            if column.refusals and not told and is_known:
                yield column.name, cell.text
            elif (parsed := column.parse(cell, self.context)).is_valid:  # or the error is one of a check
                yield column.name, parsed.value

    def _readable_cells(self, row: RawRow, texts: Mapping[str, str]) -> Iterator[tuple[Column, Cell]]:
        told = {self.operation.known_headers.get(found.column or "") for found in row.problems if found.is_error}
        for column in self.operation.columns:
            if column.name in texts and column.name not in told:
                yield column, Cell(line=row.line, column=column.name, text=texts[column.name])

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

    lines: dict[str, tuple[int, str]] = field(default_factory=dict)  # identity -> line and what it wishes
    cells: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)  # thing and column -> line and text, as digests
    unique: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)  # column and text -> line and thing
    allowance: Allowance = field(default_factory=Allowance, compare=False)  # for the problems of the file


def validate_headers(headers: Iterable[str], operation: Operation, *, line: int = 1) -> list[Problem]:
    """What is wrong with a header line for an operation: errors refuse the file, notes are told."""
    known, headers = operation.known_headers, operation.mapping.headers_to_check(headers)
    constants = operation.mapping.constants
    required = [name for name in operation.required if name not in constants]
    found = check_headers(headers, known=known, required=required, operation=Phrase(operation.label), line=line)
    named = {known.get(normalise_header(header)) for header in headers} | set(constants)
    if operation.either and named & set(known.values()) and not named & set(operation.either):
        place = Place(line=line, column=operation.either[0])
        found.append(
            problem(MISSING_COLUMN, place, operation=Phrase(operation.label), suggestion=_or(operation.either))
        )
    return name_better_operation(found, headers, operation, line=line)


def validate_rows(rows: Iterable[RawRow], validator: Validator, seen: Seen) -> Iterator[CleanRow]:
    """Rows in file order; two rows with one identity, or that set one cell to two values, are a mistake."""
    for row in rows:
        clean = _recall_safely(row, validator) if is_marked_done(row.cells) else clean_safely(row, validator)
        found = (*clean.problems, *_across_rows(row, clean, validator.operation, seen))
        yield replace(clean, problems=seen.allowance.take(found, row.line))


def remember_row(row: RawRow, found: Sequence[Problem], validator: Validator, seen: Seen) -> None:
    """Note what a row says, as `validate_rows` did when it found these problems."""
    seen.allowance.kept += len(found)
    clean = _recall_safely(row, validator, () if is_marked_done(row.cells) else found)
    for _again in _across_rows(row, clean, validator.operation, seen):
        pass


def is_marked_done(cells: Mapping[str, str]) -> bool:
    """Whether a results file of ours says of a row that it is done: it is not checked, others are compared with it.

    A status column that people keep themselves says nothing about what we did.
    """
    return cells.get(RESULT_STATUS, "").strip().casefold() in GOOD_ROW_STATUSES and has_our_marks(cells.keys())


def _across_rows(row: RawRow, clean: CleanRow, operation: Operation, seen: Seen) -> Iterator[Problem]:
    identity = operation.identity(clean.values) if clean.values else ""
    wish = str(clean.values.get(operation.wish_column, ""))
    first_line, first_wish = seen.lines.setdefault(fold(identity), (row.line, wish)) if identity else (row.line, wish)
    if first_line != row.line and first_wish != wish:
        place = Place(line=row.line, column=operation.wish_column, value=wish)
        yield problem(OPPOSITE_ROWS, place, first_line=first_line, other_value=first_wish)
    elif first_line != row.line:
        place = Place(line=row.line, column=operation.identity_column, value=identity)
        advice = Phrase(operation.repeated_advice)
        yield problem(DUPLICATE_ROW, place, first_line=first_line, key=identity, advice=advice)
    else:
        yield from _repeated_values(row, clean, operation, seen)
        if not identity and clean.group:
            yield from _contradictions(row, clean, operation, seen)


def _repeated_values(row: RawRow, clean: CleanRow, operation: Operation, seen: Seen) -> Iterator[Problem]:
    """Values that only one course may have, and that an earlier row gives to another one."""
    for column in operation.columns:
        if not column.is_unique or not isinstance(text := clean.values.get(column.name), str):
            continue
        first_line, first_thing = seen.unique.setdefault((column.name, fold(text)), (row.line, clean.group))
        if first_line != row.line and first_thing != clean.group:
            yield problem(REPEATED_SLUG, Place(line=row.line, column=column.name, value=text), first_line=first_line)


def _contradictions(row: RawRow, clean: CleanRow, operation: Operation, seen: Seen) -> Iterator[Problem]:
    texts = operation.texts(row.cells)
    for column in operation.columns:
        if column.name not in clean.values or column.name in (*operation.required, *operation.either):
            continue
        thing = operation.thing(clean.values, on_run=column.on_run)
        text = texts[column.name]
        place_of_cell, said = _digest(f"{column.name} {fold(thing)}"), _digest(text)
        first_line, first_said = seen.cells.setdefault(place_of_cell, (row.line, said))
        is_change = isinstance(clean.values[column.name], ListValue) and clean.values[column.name].is_change
        if first_line != row.line and (first_said != said or is_change):
            place = Place(line=row.line, column=column.name, value=text)
            yield problem(CONTRADICTING_ROWS, place, first_line=first_line, key=thing)


def _digest(text: str) -> bytes:
    """A short name for a text, so that the texts of a file are not kept; two with the same one do not happen."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def _or(names: Iterable[str]) -> str:
    return Phrase(_("One of these is enough: {names}."), names=", ".join(names))


def clean_safely(row: RawRow, validator: Validator) -> CleanRow:
    """The values of a row; a bug of ours is a problem of that row alone."""
    return _safely(lambda: validator.clean(row), row)


def _recall_safely(row: RawRow, validator: Validator, found: Iterable[Problem] = ()) -> CleanRow:
    return _safely(lambda: validator.recall(row, found), row)


def _safely(read: Callable[[], CleanRow], row: RawRow) -> CleanRow:
    try:
        return read()
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - one row must never take the others down
        return CleanRow(
            line=row.line, group="", values={}, problems=(*row.problems, report_incident(error, line=row.line))
        )
