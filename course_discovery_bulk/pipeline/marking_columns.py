"""The columns of our own undo files and exports: what a row expects to find in the catalog, what it cannot put back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.headers import CANNOT_UNDO, EXPORTED_VERSION, UNDO_EXPECTS, normalise_header
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.later_edits import read_expected
from course_discovery_bulk.operations.versions import read_mark
from course_discovery_bulk.problems import (
    BAD_EXPORTED_VERSION,
    BAD_UNDO_EXPECTS,
    CANNOT_PUT_BACK,
    Place,
    Problem,
    clip,
    problem,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


def expectations_of(row: RawRow, operation: Operation) -> tuple[dict[str, Any], list[Problem]]:
    """What a row of an undo file expects to find, by path, and what there is to say of it; nothing for other files."""
    if operation.undo is None or UNDO_EXPECTS not in row.cells:
        return {}, []
    told = list(_beyond_undoing(row, operation))
    cell = row.cells[UNDO_EXPECTS].strip()
    expected = read_expected(cell) if cell else {}
    if expected is None:
        told.append(problem(BAD_UNDO_EXPECTS, Place(line=row.line, column=UNDO_EXPECTS, value=clip(cell))))
    return expected or {}, told


def version_of(row: RawRow) -> tuple[str, list[Problem]]:
    """The version mark of a row of an export, and what there is to say of it; empty for other rows."""
    cell = row.cells.get(EXPORTED_VERSION, "").strip()
    if not cell or read_mark(cell) is not None:
        return cell, []
    place = Place(line=row.line, column=EXPORTED_VERSION, value=clip(cell))
    return "", [problem(BAD_EXPORTED_VERSION, place)]


def _beyond_undoing(row: RawRow, operation: Operation) -> Iterator[Problem]:
    names = (normalise_header(name) for name in row.cells.get(CANNOT_UNDO, "").split(","))
    for name in dict.fromkeys(names):
        if name in operation.by_name:
            yield problem(CANNOT_PUT_BACK, Place(line=row.line, column=name), reason=_why_not(operation.by_name[name]))


def _why_not(column: Column) -> str:
    """Why no file can put back what the column had before."""
    if column.is_order:
        return Phrase(_("A review that was started can't be taken back."))
    if column.unread:
        return Phrase(_("Earlier pictures aren't kept."))
    return Phrase(_("A cell can't hold it."))
