"""Ends of a row at planning: nothing to call, and the reason."""

from __future__ import annotations

from collections.abc import Iterable

from course_discovery_bulk.choices import RowAction, RowStatus
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.data import CleanRow, CourseSnapshot, RowPlan
from course_discovery_bulk.problems import NOT_FOUND, Place, Problem, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


def refused(row: CleanRow, problems: Iterable[Problem], *, key: str = "") -> RowPlan:
    """The current state does not allow what the row asks for."""
    return RowPlan(
        line=row.line, action=RowAction.NONE, status=RowStatus.INVALID, object_key=key, problems=tuple(problems)
    )


def not_an_editor(course: CourseSnapshot) -> Phrase:
    """What a user lacks who may not change a course."""
    return Phrase(_("you are not an editor of {key}"), key=course.key)


def unchanged(row: CleanRow, *, key: str, course_uuid: str, problems: Iterable[Problem] = ()) -> RowPlan:
    """Discovery holds what the row asks for already."""
    return RowPlan(
        line=row.line,
        action=RowAction.NONE,
        status=RowStatus.UNCHANGED,
        object_key=key,
        course_uuid=course_uuid,
        problems=tuple(problems),
    )


def skipped(row: CleanRow, reason: Problem, *, key: str, course_uuid: str = "") -> RowPlan:
    """The row is left alone on purpose."""
    return RowPlan(
        line=row.line,
        action=RowAction.NONE,
        status=RowStatus.SKIPPED,
        object_key=key,
        course_uuid=course_uuid,
        problems=(reason,),
    )


def not_found(row: CleanRow, column: Column, key: str) -> RowPlan:
    """What the row is about is not in sight."""
    return refused(row, [problem(NOT_FOUND, Place(line=row.line, column=column.name, value=key), key=key)])
