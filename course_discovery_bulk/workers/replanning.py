"""Replanning: the plan of a row on what discovery holds just before it is sent, held against the plan of a preview."""

from __future__ import annotations

from dataclasses import replace

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.columns.base import RUN_PREFIX
from course_discovery_bulk.data import RowPlan, Step
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.workers.batches import Batch
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.preview import (
    courses_of,
    current_state,
    find_staleness,
    fingerprint,
    is_as_shown,
    plan_on,
    siblings_done,
)


def plan_now(bench: Bench, row: BulkOperationRow, batch: Batch) -> RowPlan:
    """The plan of a row on what discovery holds now; a plan of a preview must still be the same."""
    clean = batch.clean[row.line]
    named = [row.group, *(course.uuid for course in courses_of(bench, clean, batch.state))]
    is_outdated = not batch.changed.isdisjoint(named)
    state = current_state(bench, [clean]) if is_outdated else batch.state
    plan = plan_on(bench, clean, state, own_paths=_own_paths(row) if clean.version else frozenset())
    if not row.fingerprint or not plan.steps:
        return plan
    if is_as_shown(row, plan, fingerprint(bench, clean, state)):
        changes = {name: (change[0], change[1]) for name, change in row.changes.items()}
        return replace(plan, steps=tuple(map(Step.from_dict, row.steps)), changes=changes)
    stale = find_staleness(bench, row, plan)
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


def _own_paths(row: BulkOperationRow) -> frozenset[str]:
    """The fields of the course that other rows of the task have changed since the file was exported."""
    changes = siblings_done(row).values_list("changes", flat=True)
    return frozenset(path for found in changes for path in found if not path.startswith(RUN_PREFIX))
