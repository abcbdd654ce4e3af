"""The part of a lane that takes rows: each is planned on the current state, executed and recorded before the next."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.data import CleanRow, CourseSnapshot, RowOutcome, Step
from course_discovery_bulk.exceptions import INTERRUPTIONS, DiscoveryError, LeaseLost
from course_discovery_bulk.incidents import report_incident
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline import leases
from course_discovery_bulk.pipeline.bench import Bench, stored_row
from course_discovery_bulk.pipeline.execute import RowJob, Tools, execute_row
from course_discovery_bulk.pipeline.plan import plan_row, read_state
from course_discovery_bulk.pipeline.record import (
    record_outcome,
    record_pause,
    record_skipped,
    record_start,
    record_steps,
)


def process_slice(bench: Bench) -> bool:
    """Work on rows until the slice is over or somebody cancels; whether every row has had its turn."""
    deadline = time.monotonic() + bench.settings.slice_seconds
    while batch := _next_rows(bench):
        clean = {row.line: bench.validator.clean(stored_row(row)) for row in batch}
        fresh = [clean[row.line] for row in batch if not row.steps]
        courses = read_state(fresh, bench.operation, bench.client.marked(f"bulk-{bench.task.pk}-state"))
        for row in batch:
            if time.monotonic() > deadline or not _keep_going(bench):
                return False
            _process_safely(bench, row, clean[row.line], courses)
    return True


def _next_rows(bench: Bench) -> Sequence[BulkOperationRow]:
    """Rows whose turn it is: those that another worker left in the middle come first."""
    waiting = bench.task.rows.filter(status__in=OPEN_ROW_STATUSES)
    left = waiting.filter(status=RowStatus.RUNNING).order_by("line")[: bench.settings.state_batch]
    return list(left) or list(waiting.order_by("line")[: bench.settings.state_batch])


def _keep_going(bench: Bench) -> bool:
    """Show life before every row; False once somebody has asked to cancel."""
    leases.extend(bench.lease)
    task = BulkOperationTask.objects.filter(pk=bench.task.pk)
    return task.values_list("cancel_requested_at", flat=True).get() is None


def _process_safely(
    bench: Bench, row: BulkOperationRow, clean: CleanRow, courses: Mapping[str, CourseSnapshot]
) -> None:
    try:
        _process(bench, row, clean, courses)
    except (DiscoveryError, LeaseLost, *INTERRUPTIONS):
        raise
    except Exception as error:  # noqa: BLE001 - one row: a bug of ours must not take the other rows down
        found = report_incident(error, line=row.line)
        row.refresh_from_db()
        steps = tuple(Step.from_dict(step) for step in row.steps)
        status = RowStatus.UNKNOWN if any(step.sent_at for step in steps) else RowStatus.FAILED
        outcome = RowOutcome(line=row.line, status=status, problems=(found,), steps=steps, object_key=row.object_key)
        record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)
    _count_progress(bench)


def _process(bench: Bench, row: BulkOperationRow, clean: CleanRow, courses: Mapping[str, CourseSnapshot]) -> None:
    epoch = bench.lease.epoch
    if row.steps:
        record_start(row, epoch, None)
        steps, key = tuple(Step.from_dict(step) for step in row.steps), row.object_key
    else:
        plan = plan_row(
            clean,
            bench.operation,
            courses=courses,
            lookups=bench.lookups,
            default_product_source=bench.settings.default_product_source,
        )
        if not plan.steps:
            record_skipped(row, epoch, plan)
            return
        record_start(row, epoch, plan)
        steps, key = plan.steps, plan.object_key
    _execute(
        bench,
        row,
        RowJob(
            line=row.line,
            object_key=key,
            steps=steps,
            columns=bench.column_of_field,
            texts=row.cells,
        ),
    )


def _execute(bench: Bench, row: BulkOperationRow, job: RowJob) -> None:
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
    try:
        outcome = execute_row(job, tools)
    except DiscoveryError:
        record_pause(row.pk, epoch)
        raise
    record_outcome(row, epoch, outcome, object_url=bench.course_page(outcome.object_uuid))


def _count_progress(bench: Bench) -> None:
    if bench.task.pauses or bench.task.claims_without_progress:
        leases.write_task(bench.lease, pauses=0, claims_without_progress=0)
        bench.task.pauses = bench.task.claims_without_progress = 0
