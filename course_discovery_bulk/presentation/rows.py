"""Rows as people read them: problems at their cells, and changes in the words that a cell would use.

Stored rows hold paths and keys of discovery; here they get the names of columns and of things again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from course_discovery_bulk.access import User
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.cells import CellAddresses, PlacedProblem
from course_discovery_bulk.presentation.changes import ChangeWords, ShownChange, columns_of_task, lookups_for
from course_discovery_bulk.problems import Problem

KEY_COLUMNS = ("course_run_key", "course_key", "course_uuid", "last_active_run_key", "course_key_or_uuid")
TITLE_COLUMNS = ("title", "username_or_email")


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One row of a task for a reader."""

    line: int
    status: str
    action: str
    key: str
    url: str
    title: str
    problems: tuple[PlacedProblem, ...]
    changes: tuple[ShownChange, ...]


def view_rows(task: BulkOperationTask, rows: Iterable[BulkOperationRow], user: User, host: str) -> list[RowView]:
    """The rows as this user reads them; discovery is asked once for the names of things, if at all."""
    columns, known = columns_of_task(task)
    addresses = CellAddresses(task.headers, known)
    found = list(rows)
    words = ChangeWords(columns, lookups_for(found, columns, user, host))
    return [_view(row, addresses, words) for row in found]


def _view(row: BulkOperationRow, addresses: CellAddresses, words: ChangeWords) -> RowView:
    return RowView(
        line=row.line,
        status=row.status,
        action=row.action,
        key=row.object_key or _first_of(KEY_COLUMNS, row),  # of a row that is wrong, what it says itself
        url=row.object_url,
        title=_first_of(TITLE_COLUMNS, row),
        problems=addresses.place(map(Problem.from_dict, row.problems)),
        changes=tuple(words.change(path, *change) for path, change in row.changes.items()),
    )


def _first_of(names: Iterable[str], row: BulkOperationRow) -> str:
    return next((text for name in names if (text := row.cells.get(name))), "")
