"""Planning with a bench: rows on the current state, and a preview of all of them that writes nothing to discovery."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.data import CleanRow, RowPlan, State, Step
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.operations.base import PlanInput
from course_discovery_bulk.pipeline import leases
from course_discovery_bulk.pipeline.bench import Bench, stored_row
from course_discovery_bulk.pipeline.plan import plan_row, read_state
from course_discovery_bulk.pipeline.record import record_planned, record_skipped
from course_discovery_bulk.problems import STALE, Place, Problem, problem


def current_state(bench: Bench, rows: Iterable[CleanRow]) -> State:
    """What discovery holds now of what the rows name."""
    return read_state(rows, bench.operation, bench.client.marked(f"bulk-{bench.task.pk}-state"))


def plan_on(bench: Bench, row: CleanRow, state: State) -> RowPlan:
    """What a row would do on that state."""
    given = PlanInput(
        state=state,
        lookups=bench.lookups,
        default_product_source=bench.settings.default_product_source,
        on_existing=bench.task.options.get("on_existing") or bench.operation.on_existing[0],
        now=timezone.now(),
    )
    return plan_row(row, bench.operation, given)


def preview(bench: Bench) -> dict[str, Any]:
    """Plan every row and keep the plans with the rows; the forecast of what applying them would do."""
    writes: Counter[str] = Counter()
    actions: Counter[str] = Counter()
    effects: Counter[str] = Counter()
    for page in bench.row_pages(bench.settings.state_batch):
        rows = [row for row in page if row.status == RowStatus.PENDING]
        for plan in _plan_page(bench, rows):
            writes.update(str(step.act) for step in plan.steps)
            actions.update([str(plan.action)] if plan.steps else [])
            effects.update(plan.effects)
        leases.extend(bench.lease)
    return {
        "actions": dict(actions),
        "api_writes": sum(writes.values()),
        "api_writes_by_act": dict(writes),
        "side_effects": dict(effects),
    }


def fingerprint(bench: Bench, row: CleanRow, state: State) -> str:
    """A digest of everything that discovery holds of the courses a row names."""
    needs = bench.operation.needs(row.values)
    courses = [state.course(name) for name in needs.courses]
    courses += [found[0] for key in needs.runs if (found := state.run(key))]
    content = json.dumps([asdict(course) for course in courses if course], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def find_staleness(bench: Bench, row: BulkOperationRow, plan: RowPlan, digest: str) -> Problem | None:
    """Why the stored plan of a row no longer fits; None where it does.

    Changes that other rows of the same task have made to the course meanwhile are part of the plan.
    """
    if _same_steps(plan.steps, row.steps) and (digest == row.fingerprint or _has_siblings_done(row)):
        return None
    before = {path: change[0] for path, change in row.changes.items()}
    now = {path: change[0] for path, change in plan.changes.items()}
    moved = next((path for path in {**before, **now} if before.get(path) != now.get(path)), None)
    column = bench.column_of_field.get(moved or "", moved or "the record")
    facts = {"expected": before.get(moved or "", "something else"), "actual": now.get(moved or "", "something else")}
    return problem(STALE, Place(line=row.line, column=column), **facts)


def _plan_page(bench: Bench, rows: Sequence[BulkOperationRow]) -> Iterable[RowPlan]:
    clean = {row.line: bench.validator.clean(stored_row(row)) for row in rows}
    state = current_state(bench, clean.values())
    for row in rows:
        plan = plan_on(bench, clean[row.line], state)
        if plan.steps:
            record_planned(row, plan, fingerprint(bench, clean[row.line], state))
        else:
            record_skipped(row, bench.lease.epoch, plan, object_url=bench.course_page(plan.course_uuid))
        yield plan


def _same_steps(planned: Iterable[Step], stored: Sequence[dict[str, Any]]) -> bool:
    one = [(step.act, step.target, step.body) for step in planned]
    other = [(step["act"], step["target"], step["body"]) for step in stored]
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)


def _has_siblings_done(row: BulkOperationRow) -> bool:
    done = [RowStatus.SUCCEEDED, RowStatus.PARTLY_DONE]
    return bool(row.group) and row.task.rows.filter(group=row.group, status__in=done).exclude(pk=row.pk).exists()
