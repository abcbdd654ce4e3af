"""Replanning: the plan of a row on what discovery holds just before it is sent, held against the plan of a preview."""

from __future__ import annotations

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.data import RowPlan
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.workers.batches import Batch
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.preview import courses_of, current_state, find_staleness, fingerprint, plan_on


def plan_now(bench: Bench, row: BulkOperationRow, batch: Batch) -> RowPlan:
    """The plan of a row on what discovery holds now; a plan of a preview must still be the same."""
    clean = batch.clean[row.line]
    named = [row.group, *(course.uuid for course in courses_of(bench, clean, batch.state))]
    is_outdated = not batch.changed.isdisjoint(named)
    state = current_state(bench, [clean]) if is_outdated else batch.state
    plan = plan_on(bench, clean, state)
    if not row.fingerprint or not plan.steps:
        return plan
    stale = find_staleness(bench, row, plan, fingerprint(bench, clean, state))
    if stale is None:
        return plan
    return RowPlan(
        line=row.line,
        action=plan.action,
        status=RowStatus.FAILED,
        object_key=plan.object_key,
        course_uuid=plan.course_uuid,
        problems=(stale,),
    )
