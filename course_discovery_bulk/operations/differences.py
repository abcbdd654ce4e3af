"""What a row would change of something that exists: only what it names, and of that only what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import SUBJECTS
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.run import Moment
from course_discovery_bulk.data import CLEAR, Entry, fold
from course_discovery_bulk.operations.bodies import nested

Values = Mapping[str, Any]
Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The body of a PATCH, and for each field in it what it is and what it would be."""

    body: dict[str, Any] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.body)

    def merged(self, other: Difference) -> Difference:
        """Both differences in one."""
        return Difference(body={**self.body, **other.body}, changes={**self.changes, **other.changes})


def field_differences(columns: Iterable[Column], values: Values, shown: Mapping[str, Any]) -> Difference:
    """Columns that stand for one field each, compared with what discovery shows."""
    found = Difference()
    for column in columns:
        value = values.get(column.name)
        if value is not None:
            found = found.merged(one_difference(column, wanted(column, value, shown), shown))
    return found


def one_difference(column: Column, after: Any, shown: Mapping[str, Any]) -> Difference:
    """The field of a column as a whole; no difference if discovery shows the same already."""
    before = shown.get(column.field_name)
    if column.comparison.is_same(before, after):
        return Difference()
    shown_later = column.comparison.stored(after)
    return Difference(body=nested(column.field_name, after), changes={column.whole_path: (before, shown_later)})


def hidden_columns(columns: Iterable[Column], values: Values, shown: Mapping[str, Any]) -> Iterator[Column]:
    """Columns that the row fills in although this discovery does not show their field.

    Such a field could be neither compared nor verified: every upload would change it anew, or only seem to.
    """
    for column in columns:
        if column.name in values and not column.unread and column.field_name not in shown:
            yield column


def vain_removals(
    columns: Iterable[Column], values: Values, shown: Mapping[str, Any]
) -> Iterator[tuple[Column, list[str]]]:
    """Columns of lists from which a row removes items that they do not have, with these items."""
    for column in columns:
        value = values.get(column.name)
        if isinstance(value, ListValue) and column.field_name in shown:
            there = {fold(str(item)) for item in shown[column.field_name] or ()}
            yield column, [item for item in value.removed if fold(item) not in there]


def moment_differences(moments: Iterable[Moment], values: Values, shown: Mapping[str, Any]) -> Difference:
    """The dates of a run."""
    found = Difference()
    for moment in moments:
        value = moment.value(values)
        if value is not None:
            after = moment.date.kind.emptied() if value is CLEAR else value
            found = found.merged(one_difference(moment.date, after, shown))
    return found


def price_difference(
    column: Column, prices: Mapping[str, Any], shown: Mapping[str, Any], *, is_sent: bool
) -> Difference:
    """The prices of a course or a run; sent if they differ, or if something else that is sent needs them."""
    known = shown.get(column.field_name) or {}
    is_kept = column.comparison.holds(known, prices)
    if not prices or (is_kept and not is_sent):
        return Difference()
    before = {mode: known.get(mode) for mode in prices}
    changes: Changes = {} if is_kept else {column.path: (before, prices)}
    return Difference(body={column.field: prices}, changes=changes)


def subject_difference(values: Values, shown: Mapping[str, Any]) -> Difference:
    """The subjects of a course: each column stands for one place in their order."""
    if not any(column.name in values for column in SUBJECTS):
        return Difference()
    after = list(dict.fromkeys(slug for slug in _subject_slots(values, shown) if slug))
    return one_difference(SUBJECTS[0], after, shown)


def emptied_too_early(values: Values, shown: Mapping[str, Any]) -> str | None:
    """A subject column that is emptied although a later subject stays: discovery keeps no gaps, so it would move up."""
    slots = _subject_slots(values, shown)
    for index, column in enumerate(SUBJECTS):
        if values.get(column.name) is CLEAR and any(slots[index + 1 :]):
            return column.name
    return None


def _subject_slots(values: Values, shown: Mapping[str, Any]) -> list[str | None]:
    slots: list[str | None] = [*(shown.get(SUBJECTS[0].field_name) or ()), None, None, None]
    for index, column in enumerate(SUBJECTS):
        value = values.get(column.name)
        if value is not None:
            slots[index] = value.key if isinstance(value, Entry) else None
    return slots


def wanted(column: Column, value: Any, shown: Mapping[str, Any]) -> Any:
    """What the field would be, in the shape in which calls set it."""
    if value is CLEAR:
        return column.kind.emptied()
    if isinstance(value, Entry):
        return value.key
    if isinstance(value, ListValue):
        return list_after(value, shown.get(column.field) or ())
    return value


def list_after(value: ListValue, before: Iterable[str]) -> list[str]:
    """A list after a cell was applied to it: replaced, or with items added and removed."""
    if not value.is_change:
        return list(value.items)
    removed = {fold(item) for item in value.removed}
    kept = [item for item in before if fold(item) not in removed]
    there = {fold(item) for item in kept}
    return [*kept, *(item for item in value.added if fold(item) not in there)]
