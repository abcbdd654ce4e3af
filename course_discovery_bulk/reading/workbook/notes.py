"""What the uploader of a workbook is told about all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from course_discovery_bulk.problems import (
    BLANK_SHEETS_SKIPPED,
    FORMULA_ERRORS_EMPTY,
    HIDDEN_COLUMNS,
    HIDDEN_ROWS,
    LOOKS_NOT_SEEN,
    SHEETS_NOT_READ,
    Problem,
    named_briefly,
    problem,
)

XLSX: Final = "xlsx"
XLS: Final = "xls"


def sheet_notes(head: Mapping[str, Any]) -> Iterator[Problem]:
    """Which sheets are not read, and what the format of the workbook does not tell about cells."""
    if head.get("skipped"):
        yield problem(BLANK_SHEETS_SKIPPED, sheet=head["sheet"], skipped=_quoted(head["skipped"]))
    if head.get("others"):
        named = [f"“{name}”" if rows is None else f"“{name}” ({rows})" for name, rows in head["others"]]
        yield problem(SHEETS_NOT_READ, sheet=head["sheet"], others=named_briefly(named))
    if head["kind"] != XLSX:
        yield problem(FORMULA_ERRORS_EMPTY, format=head["kind"])
    if head["kind"] == XLS:
        yield problem(LOOKS_NOT_SEEN, format=XLS)


def _quoted(names: list[str]) -> str:
    return named_briefly([f"“{name}”" for name in names])


def hidden_notes(lines: Sequence[int], *, total: int, columns: Sequence[str]) -> Iterator[Problem]:
    """Which rows and columns the sheet hides, by a filter or otherwise: they are read all the same."""
    if lines:
        named = named_briefly([str(line) for line in lines])
        yield problem(HIDDEN_ROWS, count=len(lines), total=total, lines=named)
    if columns:
        yield problem(HIDDEN_COLUMNS, columns=named_briefly(columns))
