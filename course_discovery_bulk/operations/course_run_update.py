"""Change course runs: only what a row names, and of that only what differs. The course is left alone."""

from __future__ import annotations

from collections.abc import Iterator

from course_discovery_bulk.columns.course import RUN_PRICE
from course_discovery_bulk.columns.keys import RUN_KEY
from course_discovery_bulk.data import CleanRow, RowPlan
from course_discovery_bulk.operations.base import Operation, PlanInput, RowCheck, no_identity
from course_discovery_bulk.operations.checks import check_effort, check_moments
from course_discovery_bulk.operations.exporting import run_rows
from course_discovery_bulk.operations.naming import find_run, run_group, run_needs
from course_discovery_bulk.operations.parts import Part, put_together
from course_discovery_bulk.operations.run_change import run_change
from course_discovery_bulk.operations.run_part import RUN_COLUMNS, plan_run
from course_discovery_bulk.operations.undoing import put_back
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.text.messages import gettext_noop as _


def check(row: RowCheck) -> Iterator[Problem]:
    """What the cells alone can tell."""
    yield from check_moments(row)
    yield from check_effort(row)


def plan(row: CleanRow, given: PlanInput) -> RowPlan:
    """One PATCH of the run, or none."""
    found = find_run(row, given.state)
    if isinstance(found, RowPlan):
        return found
    course, run = found
    change = run_change(row, course, run, Part(), given)
    return put_together(row, [plan_run(change)], key=run.key, course_uuid=course.uuid)


COLUMNS = (RUN_KEY, *RUN_COLUMNS, RUN_PRICE)

OPERATION = Operation(
    type="course_run_update",
    position=30,
    label=_("Update course runs"),
    help=_("Changes fields of course runs. Empty cells leave a field unchanged; [clear] clears it."),
    columns=COLUMNS,
    required=(RUN_KEY.name,),
    group=run_group,
    identity=no_identity,
    identity_column=RUN_KEY.name,
    check=check,
    needs=run_needs,
    plan=plan,
    export=run_rows,
    undo=put_back,
)
