"""Change courses: only what a row names, and of that only what differs. Runs are left alone."""

from __future__ import annotations

from course_discovery_bulk.columns.course import PRICE
from course_discovery_bulk.columns.keys import COURSE_KEY, COURSE_UUID
from course_discovery_bulk.data import CleanRow, Needs, RowPlan
from course_discovery_bulk.operations.base import Operation, PlanInput, Values, no_identity
from course_discovery_bulk.operations.checks import check_subjects
from course_discovery_bulk.operations.course_part import COURSE_COLUMNS, plan_course
from course_discovery_bulk.operations.exporting import course_rows
from course_discovery_bulk.operations.naming import find_course, named_courses
from course_discovery_bulk.operations.parts import put_together
from course_discovery_bulk.operations.slugs import wanted_slugs
from course_discovery_bulk.operations.undoing import put_back
from course_discovery_bulk.text.messages import gettext_noop as _


def plan(row: CleanRow, given: PlanInput) -> RowPlan:
    """One PATCH of the course, or none."""
    course = find_course(row, given.state)
    if isinstance(course, RowPlan):
        return course
    return put_together(row, [plan_course(row, course, given)], key=course.key, course_uuid=course.uuid)


def group(values: Values) -> str:
    """The course as the row names it."""
    return next(iter(named_courses(values)), "")


COLUMNS = (COURSE_KEY, COURSE_UUID, *COURSE_COLUMNS, PRICE)

OPERATION = Operation(
    type="course_update",
    position=20,
    label=_("Update courses"),
    help=_("Changes fields of courses. Empty cells leave a field unchanged; [clear] clears it."),
    columns=COLUMNS,
    required=(),
    either=(COURSE_KEY.name, COURSE_UUID.name),
    group=group,
    identity=no_identity,
    identity_column=COURSE_KEY.name,
    check=check_subjects,
    needs=lambda values: Needs(courses=named_courses(values), slugs=wanted_slugs(values)),
    plan=plan,
    export=course_rows,
    undo=put_back,
)
