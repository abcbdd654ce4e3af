"""Change courses and their runs, both in one row: the update that Publisher's upload page offers."""

from __future__ import annotations

from collections.abc import Iterator

from course_discovery_bulk.columns.course import PRICE
from course_discovery_bulk.columns.keys import COURSE_KEY, COURSE_UUID, RUN_KEY
from course_discovery_bulk.data import CleanRow, CourseSnapshot, RowPlan, RunSnapshot
from course_discovery_bulk.operations.base import Operation, PlanInput, RowCheck, no_identity
from course_discovery_bulk.operations.checks import check_effort, check_moments, check_subjects, check_tracks
from course_discovery_bulk.operations.course_part import COURSE_COLUMNS, plan_course
from course_discovery_bulk.operations.exporting import course_and_run_rows
from course_discovery_bulk.operations.naming import find_course, find_run, run_group, run_needs
from course_discovery_bulk.operations.parts import put_together
from course_discovery_bulk.operations.run_change import run_change
from course_discovery_bulk.operations.run_part import RUN_COLUMNS, plan_run
from course_discovery_bulk.operations.undoing import put_back
from course_discovery_bulk.problems import MISSING_REQUIRED_DATA, RUN_CELLS_NOT_USED, Problem, named_briefly
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


def check(row: RowCheck) -> Iterator[Problem]:
    """What the cells alone can tell."""
    yield from check_moments(row)
    yield from check_effort(row)
    yield from check_subjects(row)
    yield from check_tracks(row)
    yield from _check_run_cells(row)


def _check_run_cells(row: RowCheck) -> Iterator[Problem]:
    """Cells of a run without its key are not used, as in the in-tree loader; a row of nothing else is a mistake."""
    named = [column for column in row.columns if column.name in row.texts]
    of_run = [column.name for column in named if column.on_run]
    if RUN_KEY.name in row.texts or not of_run:
        return
    if any(not column.on_run and column not in (COURSE_KEY, COURSE_UUID) for column in named):
        yield row.problem(RUN_CELLS_NOT_USED, of_run[0], columns=named_briefly(of_run))
    else:
        yield row.problem(MISSING_REQUIRED_DATA, RUN_KEY.name, operation=Phrase(OPERATION.label))


def plan(row: CleanRow, given: PlanInput) -> RowPlan:
    """One PATCH of the course, then one of the run, each only where something differs."""
    if RUN_KEY.name in row.values:
        found = find_run(row, given.state)
        return found if isinstance(found, RowPlan) else _plan_both(row, *found, given)
    course = find_course(row, given.state)
    if isinstance(course, RowPlan):
        return course
    return put_together(row, [plan_course(row, course, given)], key=course.key, course_uuid=course.uuid)


def _plan_both(row: CleanRow, course: CourseSnapshot, run: RunSnapshot, given: PlanInput) -> RowPlan:
    course_part = plan_course(row, course, given)
    change = run_change(row, course, run, course_part, given)
    return put_together(row, [course_part, plan_run(change)], key=run.key, course_uuid=course.uuid)


COLUMNS = (COURSE_KEY, COURSE_UUID, RUN_KEY, *COURSE_COLUMNS, PRICE, *RUN_COLUMNS)

OPERATION = Operation(
    type="partial_updates",
    position=40,
    label=_("Update courses and runs"),
    help=_(
        "Changes fields of a course, one of its runs, or both in one row. Empty cells leave a field unchanged; "
        "[clear] clears it."
    ),
    columns=COLUMNS,
    required=(),
    either=(COURSE_KEY.name, COURSE_UUID.name, RUN_KEY.name),
    group=run_group,
    identity=no_identity,
    identity_column=COURSE_KEY.name,
    check=check,
    needs=run_needs,
    plan=plan,
    export=course_and_run_rows,
    undo=put_back,
)
