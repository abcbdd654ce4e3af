"""What a field was and becomes, in the words that cells would use.

Stored rows hold paths and keys of discovery; here they get the names of columns and of things again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.columns.base import RUN_PREFIX, Column
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.exceptions import DiscoveryError
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.operations.instructors import people_in
from course_discovery_bulk.operations.undoing import columns_of
from course_discovery_bulk.presentation.excerpts import Excerpt, excerpt_of_lists, excerpt_of_texts
from course_discovery_bulk.presentation.tasks import operation_of


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


def columns_of_task(task: BulkOperationTask) -> tuple[Sequence[Column], dict[str, str]]:
    """The columns of its operation, and every header with the column it means; none if it is registered no more."""
    operation = operation_of(task)
    return (operation.columns, operation.known_headers) if operation else ((), {})


def lookups_for(rows: Iterable[BulkOperationRow], columns: Sequence[Column], user: User, host: str) -> Lookups | None:
    """The names of what rows change, as this user sees them; None if nothing is, or the catalog does not give them."""
    changes = [change for row in rows for change in row.changes.items()]
    if not changes:
        return None
    try:
        return viewpoint_of(user, host).lookups_with_people(people_in(changes, columns))
    except DiscoveryError:
        return None


class ChangeWords:
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

    def by_column(self, path: str, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
        """Each column whose cell the change is seen in, with what its cell would say before and after."""
        columns = columns_of(path, self._columns)
        if columns and columns[0].is_order:
            yield columns[0].name, "", columns[0].example
            return
        cells = [(column.name, *self._both(column, path, before, after)) for column in columns if self._lookups]
        seen = [cell for cell in cells if cell[1] != cell[2]]
        if seen:
            yield from seen
        elif columns:
            yield columns[0].name, self._text(path, before, columns), self._text(path, after, columns)

    def _both(self, column: Column, path: str, before: Any, after: Any) -> tuple[str, str]:
        old, new = ("" if value in (None, "", [], {}) else self._cell(column, path, value) for value in (before, after))
        return old, new

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
