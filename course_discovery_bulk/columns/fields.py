"""The fields that columns declare: what discovery's answers are read and compared by. There is no other list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.text.fields import Field, Fields


def fields_of(columns: Iterable[Column]) -> Fields:
    """The fields that these columns fill and answers show; the first column of a field declares it."""
    course: dict[str, Field] = {}
    run: dict[str, Field] = {}
    for column in filled(columns):
        if not column.unread:
            (run if column.on_run else course).setdefault(column.field_name, declared(column))
    return Fields(course=course, run=run)


def filled(columns: Iterable[Column]) -> Iterator[Column]:
    """The columns, each followed by its twin: one for every field that they fill."""
    for column in columns:
        yield column
        if column.twin:
            yield column.twin


def details(columns: Iterable[Column], *, on_run: bool, without: Sequence[Column] = ()) -> list[Column]:
    """The columns of a course, or of a run, that fill one field each and take no rules of their own."""
    return [column for column in columns if column.is_detail and column.on_run == on_run and column not in without]


def declared(column: Column) -> Field:
    """The field of a column as a whole."""
    return Field(
        name=column.field_name,
        shown=column.shown,
        comparison=column.comparison,
        is_copied_at_rerun=column.is_copied_at_rerun,
        is_stale_after_creation=column.is_stale_after_creation,
    )
