"""Rows as people read them: problems at their cells, and changes in the words that a cell would use.

Stored rows hold paths and keys of discovery; here they get the names of columns and of things again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.columns.base import RUN_PREFIX, Column
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.exceptions import DiscoveryError, UnknownOperation
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.operations.instructors import people_in
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.operations.undoing import columns_of
from course_discovery_bulk.presentation.cells import CellAddresses, PlacedProblem
from course_discovery_bulk.presentation.excerpts import Excerpt, excerpt_of_lists, excerpt_of_texts
from course_discovery_bulk.problems import Problem

KEY_COLUMNS = ("course_run_key", "course_key", "course_uuid", "last_active_run_key", "course_key_or_uuid")
TITLE_COLUMNS = ("title", "username_or_email")


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """What one field was and becomes; an empty text is an empty field. Both are whole, the excerpt may say less."""

    name: str
    before: str
    after: str
    excerpt: Excerpt = field(default_factory=Excerpt)

    @property
    def is_list(self) -> bool:
        """Whether the pieces of the excerpt are items of a list."""
        return self.excerpt.is_list

    @property
    def is_cut(self) -> bool:
        """Whether the excerpt leaves something out."""
        return self.excerpt.is_cut

    @property
    def length(self) -> int:
        """Characters of both values."""
        return len(self.before) + len(self.after)


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
    columns, known = _columns_of_task(task)
    addresses = CellAddresses(task.headers, known)
    found = list(rows)
    words = _Words(columns, _lookups(found, columns, user, host) if any(row.changes for row in found) else None)
    return [_view(row, addresses, words) for row in found]


def _columns_of_task(task: BulkOperationTask) -> tuple[Sequence[Column], dict[str, str]]:
    """An operation may have been unregistered since."""
    try:
        operation = get_operation(task.task_type, task.mapping)
    except UnknownOperation:
        return (), {}
    return operation.columns, operation.known_headers


def _lookups(rows: Iterable[BulkOperationRow], columns: Sequence[Column], user: User, host: str) -> Lookups | None:
    """A list of rows is of use without the names of things as well."""
    changes = [change for row in rows for change in row.changes.items()]
    try:
        return viewpoint_of(user, host).lookups_with_people(people_in(changes, columns))
    except DiscoveryError:
        return None


def _view(row: BulkOperationRow, addresses: CellAddresses, words: _Words) -> RowView:
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


class _Words:
    """Says values of discovery as cells would; as they are where no cell can, or discovery does not answer."""

    def __init__(self, columns: Sequence[Column], lookups: Lookups | None) -> None:
        self._columns = columns
        self._lookups = lookups

    def change(self, path: str, before: Any, after: Any) -> ShownChange:
        columns = columns_of(path, self._columns)
        if columns and columns[0].is_order:  # it asked for something to be done, which is no value of the field
            return ShownChange(name=columns[0].name, before="", after=columns[0].example)
        is_one_field = len({column.path for column in columns}) == 1
        name = columns[0].name if is_one_field else path.removeprefix(RUN_PREFIX)
        texts = self._text(path, before, columns), self._text(path, after, columns)
        if isinstance(before, list) or isinstance(after, list):
            excerpt = excerpt_of_lists(self._items(path, before, columns), self._items(path, after, columns))
        else:
            excerpt = excerpt_of_texts(*texts)
        return ShownChange(name=name, before=texts[0], after=texts[1], excerpt=excerpt)

    def _items(self, path: str, value: Any, columns: Sequence[Column]) -> list[str]:
        return [self._text(path, [item], columns) for item in value or ()]

    def _text(self, path: str, value: Any, columns: Sequence[Column]) -> str:
        if value in (None, "", [], {}):
            return ""
        cells = [self._cell(column, path, value) for column in columns] if self._lookups else []
        joint = ", " if isinstance(value, list) else " "
        return joint.join(cell for cell in dict.fromkeys(cells) if cell) or _plain(value)

    def _cell(self, column: Column, path: str, value: Any) -> str:
        assert self._lookups is not None  # the caller has looked
        fields = {path: value, column.path: value} if not column.path.startswith(f"{path}.") else {path: value}
        return column.kind.show(column.kind.pick(column.path, fields), self._lookups)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(item)}" for name, item in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
