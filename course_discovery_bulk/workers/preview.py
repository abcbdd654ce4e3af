"""Planning with a bench: rows on the current state, and a preview of all of them that writes nothing to discovery."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from course_discovery_bulk.choices import RowAction, RowStatus
from course_discovery_bulk.data import CleanRow, CourseSnapshot, RowPlan, State, Step
from course_discovery_bulk.exceptions import INTERRUPTIONS, DiscoveryError, LeaseLost, StatementTooLarge, Transient
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.operations.base import PlanInput
from course_discovery_bulk.operations.refusals import refused
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.pipeline.forecast import share_of
from course_discovery_bulk.pipeline.plan import plan_row, read_state
from course_discovery_bulk.pipeline.record import record_planned, record_unneeded, was_sent
from course_discovery_bulk.pipeline.validate import clean_safely
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE, STALE, Place, Problem, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers import leases
from course_discovery_bulk.workers.context import Bench, stored_row
from course_discovery_bulk.workers.parts import Part, read_in_parts
from course_discovery_bulk.workers.turns import Clock

WITNESSES: Final = 3  # rows that tell whether discovery shows anything at all
CLEAN_SECONDS: Final = 2.0  # texts of many kilobytes take long to read: after so long, the rows read so far go on
PLANNED_TO: Final = "planned_to_line"  # in the summary of a task whose preview is not complete


def current_state(bench: Bench, rows: Iterable[CleanRow]) -> State:
    """What discovery holds now of what the rows name."""
    return read_state(rows, bench.operation, bench.client.marked(f"bulk-{bench.task.pk}-state"))


def plan_on(bench: Bench, row: CleanRow, state: State, *, own_paths: frozenset[str] = frozenset()) -> RowPlan:
    """What a row would do on that state; what its cells name may have gone since they were checked.

    `own_paths` are fields of the course that other rows of the task have changed.
    """
    if not row.is_valid:
        return refused(row, row.problems)
    given = PlanInput(
        state=state,
        lookups=bench.lookups,
        default_product_source=bench.settings.default_product_source,
        on_existing=bench.task.options.get("on_existing") or bench.operation.on_existing[0],
        overwrites_later_edits=bool(bench.task.options.get("overwrite_later_edits")),
        own_paths=own_paths,
        now=timezone.now(),
    )
    return plan_row(row, bench.operation, given)


def preview(bench: Bench, earlier: Mapping[str, Any]) -> int | None:
    """Plan rows for a slice of time and keep the plans with the rows.

    Gives the line up to which rows are planned, None once all are. `earlier` is the summary that the slice before left.
    """
    clock = Clock(bench=bench)
    for page in bench.row_pages(bench.settings.state_batch, after=earlier.get(PLANNED_TO, 0)):
        left = plan_rows(bench, page, clock.deadline)
        planned_to = left[0].line - 1 if left else page[-1].line
        # People see how far it is, and a job that takes over begins there.
        leases.write_task(bench.lease, task_summary={**earlier, PLANNED_TO: planned_to}, claims_without_progress=0)
        if left or clock.is_over() or bench.is_cancelled():
            return planned_to
    return None


def plan_rows(bench: Bench, rows: Sequence[BulkOperationRow], deadline: float) -> Sequence[BulkOperationRow]:
    """Plan those of the rows that wait and were never sent, and keep the plans; the rows that time has left over."""
    rows = [row for row in rows if row.status == RowStatus.PENDING and not was_sent(row)]
    while rows:
        clean = clean_some(bench, rows)
        _plan_page(bench, rows[: len(clean)], clean)
        rows = rows[len(clean) :]
        bench.show_life()
        if time.monotonic() > deadline or bench.is_cancelled():
            break
    return rows


def courses_of(bench: Bench, row: CleanRow, state: State) -> list[CourseSnapshot]:
    """The courses that a row is about, by whatever name it calls them."""
    needs = bench.operation.needs(row.values)
    courses = [state.course(name) for name in needs.courses]
    courses += [found[0] for key in needs.runs if (found := state.run(key))]
    return [course for course in courses if course]


def fingerprint(bench: Bench, row: CleanRow, state: State) -> str:
    """A digest of everything that discovery holds of the courses a row names."""
    content = json.dumps([asdict(course) for course in courses_of(bench, row, state)], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def is_as_shown(row: BulkOperationRow, plan: RowPlan, digest: str) -> bool:
    """Whether the stored plan of a row can be carried out as people have seen it.

    That is so if nothing has changed in discovery and the same calls are due. What they carry may be prepared
    differently by now, because this software was updated: what was shown is what is written.
    """
    return digest == row.fingerprint and _calls(plan.steps) == _calls(map(Step.from_dict, row.steps))


def find_staleness(bench: Bench, row: BulkOperationRow, plan: RowPlan) -> Problem | None:
    """Why the stored plan of a row no longer fits, if it cannot be carried out as shown; None if it is planned anew.

    Changes that other rows of the same task have made to the course meanwhile are part of the plan, and may change
    what a later row has to send: a list that both change, a deadline that every change of a run carries.
    """
    if _has_siblings_done(row):
        return None
    before = {path: change[0] for path, change in row.changes.items()}
    now = {path: change[0] for path, change in plan.changes.items()}
    moved = next((path for path in {**before, **now} if before.get(path) != now.get(path)), None)
    column = bench.column_of_field.get(moved or "", moved) or Phrase(_("the record"))
    unknown = Phrase(_("something else"))
    expected, actual = before.get(moved or "", unknown), now.get(moved or "", unknown)
    return problem(STALE, Place(line=row.line, column=column), column=column, expected=expected, actual=actual)


def clean_some(bench: Bench, rows: Sequence[BulkOperationRow]) -> dict[int, CleanRow]:
    """The values of the first rows: of all of them, or as many as can be read in good time, by line."""
    until, clean = time.monotonic() + CLEAN_SECONDS, dict[int, CleanRow]()
    for row in rows:
        clean[row.line] = clean_safely(stored_row(row), bench.validator)
        if time.monotonic() > until:
            break
    return clean


def _plan_page(bench: Bench, rows: Sequence[BulkOperationRow], clean: Mapping[int, CleanRow]) -> None:
    for part in read_in_parts(rows, partial(_state_of, bench, clean), bench):
        leases.extend(bench.lease)  # a worker that stood still meanwhile must not plan what somebody has applied
        if part.error and not _shows_others(bench, part.rows[0]):
            raise part.error
        _plan_part(bench, clean, part)


def _state_of(bench: Bench, clean: Mapping[int, CleanRow], rows: Sequence[BulkOperationRow]) -> State:
    return current_state(bench, [clean[row.line] for row in rows])


def _shows_others(bench: Bench, row: BulkOperationRow) -> bool:
    """Whether discovery shows what other rows name, so that the trouble is this row's own."""
    others = bench.task.rows.filter(status=RowStatus.PENDING).exclude(group=row.group)
    for other in others.order_by("line")[:WITNESSES]:
        try:
            current_state(bench, [clean_safely(stored_row(other), bench.validator)])
        except Transient:
            continue
        return True
    return False


def _plan_part(bench: Bench, clean: Mapping[int, CleanRow], part: Part[State]) -> None:
    state = part.found or State()
    for row in part.rows:
        values = clean[row.line]
        plan = _unreadable(values, part.error) if part.error else _plan_safely(bench, values, state)
        _keep_plan(bench, row, plan, fingerprint(bench, values, state) if plan.steps else "")


def _keep_plan(bench: Bench, row: BulkOperationRow, plan: RowPlan, digest: str) -> None:
    """Store a plan, unless somebody has edited the row meanwhile: then it is planned again."""
    try:
        _store_plan(bench, row, plan, digest)
    except LeaseLost:
        leases.extend(bench.lease)  # the lane is still ours, so it is the row that has changed


def _store_plan(bench: Bench, row: BulkOperationRow, plan: RowPlan, digest: str) -> None:
    """Store a plan; one that is larger than the database takes gives way to the problem that says so."""
    try:
        if plan.steps:
            record_planned(row, plan, digest, forecast=share_of(plan))
            return
    except StatementTooLarge as error:
        found = report_incident(error, line=row.line)
        plan = RowPlan(line=row.line, action=RowAction.NONE, status=RowStatus.FAILED, problems=(found,))
    record_unneeded(
        row, bench.lease.epoch, plan, object_url=bench.course_page(plan.course_uuid), forecast=share_of(plan)
    )


def _unreadable(row: CleanRow, error: Transient) -> RowPlan:
    found = problem(DISCOVERY_UNAVAILABLE, Place(line=row.line), detail=error.detail)
    return RowPlan(line=row.line, action=RowAction.NONE, status=RowStatus.FAILED, problems=(found,))


def _plan_safely(bench: Bench, row: CleanRow, state: State) -> RowPlan:
    try:
        return plan_on(bench, row, state)
    except (DiscoveryError, *INTERRUPTIONS):
        raise
    except Exception as error:  # noqa: BLE001 - one row: a bug of ours must not take the preview of the others down
        return refused(row, [report_incident(error, line=row.line)])


def _calls(steps: Iterable[Step]) -> str:
    return json.dumps([(step.act, step.target) for step in steps], sort_keys=True, default=str)


def _has_siblings_done(row: BulkOperationRow) -> bool:
    return siblings_done(row).exists()


def siblings_done(row: BulkOperationRow) -> QuerySet[BulkOperationRow]:
    """The other rows of the course that have changed something."""
    done = [RowStatus.SUCCEEDED, RowStatus.PARTLY_DONE] if row.group else []
    return row.task.rows.filter(group=row.group, status__in=done).exclude(pk=row.pk)
