"""Finds the course or run that a row is about, or says why it cannot be found."""

from __future__ import annotations

from course_discovery_bulk.columns.keys import COURSE_KEY, COURSE_UUID, RUN_KEY, course_key_of_run
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Needs, RowPlan, RunSnapshot, State
from course_discovery_bulk.operations.base import Values
from course_discovery_bulk.operations.refusals import not_found, refused
from course_discovery_bulk.operations.slugs import wanted_slugs
from course_discovery_bulk.problems import KEYS_DISAGREE, Place, problem


def named_courses(values: Values) -> tuple[str, ...]:
    """The course key and UUID that a row gives, without those it does not."""
    return tuple(values[column.name] for column in (COURSE_KEY, COURSE_UUID) if values.get(column.name))


def run_needs(values: Values) -> Needs:
    """What must be read for a row that names a run, and perhaps a course."""
    runs = (values[RUN_KEY.name],) if values.get(RUN_KEY.name) else ()
    return Needs(courses=named_courses(values), runs=runs, slugs=wanted_slugs(values))


def run_group(values: Values) -> str:
    """The course of a row that may name it by key, by UUID or by one of its runs."""
    if key := values.get(COURSE_KEY.name):
        return str(key)
    if run_key := values.get(RUN_KEY.name):
        return course_key_of_run(run_key)
    return str(values.get(COURSE_UUID.name) or "")


def find_course(row: CleanRow, state: State) -> CourseSnapshot | RowPlan:
    """The course that the row names; where it is named twice, both must be the same."""
    found: CourseSnapshot | None = None
    for column in (COURSE_KEY, COURSE_UUID):
        name = row.values.get(column.name)
        if not name:
            continue
        course = state.course(name)
        if course is None:
            return not_found(row, column, name)
        if found and found.uuid != course.uuid:
            return _disagree(row, COURSE_UUID.name, course.key, COURSE_KEY.name, found.key)
        found = course
    assert found is not None  # the check of `either` refuses rows that name none
    return found


def find_run(row: CleanRow, state: State) -> tuple[CourseSnapshot, RunSnapshot] | RowPlan:
    """The run that the row names, with its course; a course named beside it must be that one."""
    run_key = row.values[RUN_KEY.name]
    found = state.run(run_key)
    if found is None:
        return not_found(row, RUN_KEY, run_key)
    if named_courses(row.values):
        course = find_course(row, state)
        if isinstance(course, RowPlan):
            return course
        if course.uuid != found[0].uuid:
            return _disagree(row, COURSE_KEY.name, course.key, RUN_KEY.name, found[0].key)
    return found


def _disagree(row: CleanRow, column: str, key: str, other_column: str, other_key: str) -> RowPlan:
    place = Place(line=row.line, column=column, value=key)
    return refused(row, [problem(KEYS_DISAGREE, place, key=key, other_column=other_column, other_key=other_key)])
