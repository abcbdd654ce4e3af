"""From a course to the rows of a file that leave it as it is: what an operation offers to start from.

An operation names one of these functions as its export. Rows whose course or run no cell can name are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from course_discovery_bulk.columns.base import RUN_PREFIX, Column
from course_discovery_bulk.columns.course import RUN_PRICE
from course_discovery_bulk.columns.keys import (
    ACTION,
    COURSE_KEY,
    COURSE_KEY_OR_UUID,
    LAST_RUN_KEY,
    PERSON,
    RUN_KEY,
)
from course_discovery_bulk.columns.run import MOMENT_COLUMNS, START
from course_discovery_bulk.data import CourseSnapshot, Lookups, RunSnapshot

# What a new run does not take over from the last one.
_LEFT_OPEN: Final = frozenset(column.field for column in (*MOMENT_COLUMNS, RUN_PRICE))

Texts = dict[str, str]


def course_rows(course: CourseSnapshot, lookups: Lookups, columns: Sequence[Column]) -> Iterator[Texts]:
    """One row with what the course holds."""
    yield from _row(_course_fields(course), lookups, columns, key=COURSE_KEY)


def run_rows(course: CourseSnapshot, lookups: Lookups, columns: Sequence[Column]) -> Iterator[Texts]:
    """A row for each run, with what the run holds."""
    for run in course.runs:
        yield from _row(_run_fields(run), lookups, columns, key=RUN_KEY)


def course_and_run_rows(course: CourseSnapshot, lookups: Lookups, columns: Sequence[Column]) -> Iterator[Texts]:
    """A row for each run, with what the course and the run hold; one for a course without runs."""
    for run in course.runs:
        yield from _row({**_course_fields(course), **_run_fields(run)}, lookups, columns, key=RUN_KEY)
    if not course.runs:
        yield from course_rows(course, lookups, columns)


def rerun_rows(course: CourseSnapshot, lookups: Lookups, columns: Sequence[Column]) -> Iterator[Texts]:
    """A row to run the course again as it was run last; the dates and the price of the new run are left to fill in."""
    if not course.runs:
        return
    last = max(course.runs, key=lambda run: run.fields.get(START.field) or "")
    kept = {name: value for name, value in last.fields.items() if name not in _LEFT_OPEN}
    fields = {f"{RUN_PREFIX}{name}": value for name, value in kept.items()}
    yield from _row({**fields, LAST_RUN_KEY.path: last.key}, lookups, columns, key=LAST_RUN_KEY)


def editor_rows(course: CourseSnapshot, lookups: Lookups, columns: Sequence[Column] = ()) -> Iterator[Texts]:
    """A row for each editor whose e-mail address is known; to add somebody who is there changes nothing."""
    for editor in course.editors:
        if editor.email:
            yield {PERSON.name: editor.email, COURSE_KEY_OR_UUID.name: course.key, ACTION.name: "add"}


def _row(fields: Mapping[str, Any], lookups: Lookups, columns: Sequence[Column], *, key: Column) -> Iterator[Texts]:
    texts = {column.name: text for column in columns if (text := column.show(fields, lookups))}
    if key.name in texts:
        yield texts


def _course_fields(course: CourseSnapshot) -> dict[str, Any]:
    return {**course.fields, COURSE_KEY.path: course.key}


def _run_fields(run: RunSnapshot) -> dict[str, Any]:
    return {**{f"{RUN_PREFIX}{name}": value for name, value in run.fields.items()}, RUN_KEY.path: run.key}
