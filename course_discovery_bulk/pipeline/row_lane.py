"""The part of a lane that takes rows: each is planned on the current state, executed and recorded before the next."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from course_discovery_bulk.choices import BAD_ROW_STATUSES, OPEN_ROW_STATUSES, OnError, RowStatus, StepState
from course_discovery_bulk.data import CleanRow, RowOutcome, RowPlan, State, Step
from course_discovery_bulk.exceptions import INTERRUPTIONS, DiscoveryError, LeaseLost, Transient
from course_discovery_bulk.incidents import report_incident
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline import leases
from course_discovery_bulk.pipeline.bench import Bench, stored_row
from course_discovery_bulk.pipeline.execute import RowJob, Tools, execute_row
from course_discovery_bulk.pipeline.planning import courses_of, current_state, find_staleness, fingerprint, plan_on
from course_discovery_bulk.pipeline.record import (
    record_outcome,
    record_pause,
    record_skipped,
    record_start,
    record_steps,
)
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE

OUTAGE_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows whose state was read together, and the courses that were changed since."""

    state: State
    clean: dict[int, CleanRow]
    changed: set[str] = field(default_factory=set)  # groups of rows, and UUIDs of courses whatever rows call them
    outages: list[int] = field(default_factory=list)  # lines of the last rows, if discovery failed on all of them

    def note(self, outcome: RowOutcome) -> None:
        """Remember whether discovery failed on a row; several in a row are an outage, and the rest had better wait."""
        if any(found.code == DISCOVERY_UNAVAILABLE.code for found in outcome.problems):
            self.outages.append(outcome.line)
        else:
            self.outages.clear()
        if len(self.outages) >= OUTAGE_ROWS:
            self.outages.clear()
            raise Transient("discovery failed on several rows one after another", status=503)


def process_slice(bench: Bench) -> bool:
    """Work on rows until the slice is over or somebody cancels; whether every row has had its turn."""
    deadline = time.monotonic() + bench.settings.slice_seconds
    while rows := _next_rows(bench):
        clean = {row.line: bench.validator.clean(stored_row(row)) for row in rows}
        unsent = [clean[row.line] for row in rows if not _was_sent(row)]
        batch = Batch(state=current_state(bench, unsent), clean=clean)
        for row in rows:
            if time.monotonic() > deadline or not _keep_going(bench):
                return False
            _process_safely(bench, row, batch)
    return True


def has_failed_enough(task: BulkOperationTask) -> bool:
    """Whether the upload said to stop after so many failures."""
    if task.options.get("on_error") != OnError.STOP:
        return False
    tried = task.rows.filter(status__in=BAD_ROW_STATUSES, started_at__isnull=False)
    return tried.count() >= int(task.options.get("stop_after") or 1)


def _next_rows(bench: Bench) -> Sequence[BulkOperationRow]:
    """Rows whose turn it is: those that another worker left in the middle come first."""
    waiting = bench.task.rows.filter(status__in=OPEN_ROW_STATUSES)
    left = waiting.filter(status=RowStatus.RUNNING).order_by("line")[: bench.settings.state_batch]
    return list(left) or list(waiting.order_by("line")[: bench.settings.state_batch])


def _was_sent(row: BulkOperationRow) -> bool:
    return any(step["sent_at"] or step["state"] == StepState.DONE for step in row.steps)


def _keep_going(bench: Bench) -> bool:
    """Show life before every row; False once somebody has asked to cancel, or enough has failed."""
    leases.extend(bench.lease)
    task = BulkOperationTask.objects.filter(pk=bench.task.pk)
    is_cancelled = task.values_list("cancel_requested_at", flat=True).get() is not None
    return not is_cancelled and not has_failed_enough(bench.task)


def _process_safely(bench: Bench, row: BulkOperationRow, batch: Batch) -> None:
    try:
        _process(bench, row, batch)
    except (DiscoveryError, LeaseLost, *INTERRUPTIONS):
        raise
    except Exception as error:  # noqa: BLE001 - one row: a bug of ours must not take the other rows down
        _record_incident(bench, row, error)
    _count_progress(bench)


def _process(bench: Bench, row: BulkOperationRow, batch: Batch) -> None:
    epoch = bench.lease.epoch
    if _was_sent(row):
        record_start(row, epoch, None)
    else:
        plan = _plan_now(bench, row, batch)
        url = bench.course_page(plan.course_uuid)
        if not plan.steps:
            record_skipped(row, epoch, plan, object_url=url)
            return
        record_start(row, epoch, plan, object_url=url)
    courses = courses_of(bench, batch.clean[row.line], batch.state)
    batch.changed.update([row.group, *(course.uuid for course in courses)])
    batch.note(_execute(bench, row))


def _plan_now(bench: Bench, row: BulkOperationRow, batch: Batch) -> RowPlan:
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


def _execute(bench: Bench, row: BulkOperationRow) -> RowOutcome:
    epoch = bench.lease.epoch
    tools = Tools(
        client=bench.client.marked(f"bulk-{bench.task.pk}-{row.line}-{row.attempts + 1}"),
        fetch_image=bench.fetch_image,
        save_steps=partial(record_steps, row.pk, epoch),
        uploader_email=bench.uploader_email,
        attempts=bench.settings.row_attempts,
        retry_seconds=bench.settings.retry_seconds,
        quiet_seconds=bench.settings.quiet_seconds,
    )
    job = RowJob(
        line=row.line,
        object_key=row.object_key,
        steps=tuple(Step.from_dict(step) for step in row.steps),
        columns=bench.column_of_field,
        texts=bench.operation.texts(row.cells),
    )
    try:
        outcome = execute_row(job, tools)
    except DiscoveryError:
        record_pause(row.pk, epoch)
        raise
    record_outcome(row, epoch, outcome, object_url=bench.course_page(outcome.object_uuid) or row.object_url)
    return outcome


def _record_incident(bench: Bench, row: BulkOperationRow, error: Exception) -> None:
    found = report_incident(error, line=row.line)
    row.refresh_from_db()
    steps = tuple(Step.from_dict(step) for step in row.steps)
    outcome = RowOutcome(
        line=row.line,
        status=RowStatus.UNKNOWN if _was_sent(row) else RowStatus.FAILED,
        problems=(found,),
        steps=steps,
        object_key=row.object_key,
    )
    if row.status == RowStatus.PENDING:
        record_start(row, bench.lease.epoch, None)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)


def _count_progress(bench: Bench) -> None:
    if bench.task.pauses or bench.task.claims_without_progress:
        leases.write_task(bench.lease, pauses=0, claims_without_progress=0)
        bench.task.pauses = bench.task.claims_without_progress = 0
