"""What executing a row needs of its lane: the client, the clock, the lease, and where its steps are kept."""

from __future__ import annotations

from functools import partial

from course_discovery_bulk.data import Step
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline.executing.execution import ExecutionContext, RowExecution
from course_discovery_bulk.pipeline.record import record_steps
from course_discovery_bulk.workers import course_leases, leases
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.outages import gives_up


def context_of(bench: Bench, row: BulkOperationRow) -> ExecutionContext:
    """What a row is executed or settled with."""
    return ExecutionContext(
        client=bench.client.marked(request_id(bench, row)),
        fetch_image=bench.fetch_image,
        save_steps=partial(_save_steps, bench, row),
        alone=partial(course_leases.alone, bench.lease),
        uploader_email=bench.uploader_email,
        attempts=bench.settings.row_attempts,
        retry_seconds=bench.settings.retry_seconds,
        settle_delay_seconds=bench.settings.quiet_seconds,
        call_seconds=bench.settings.connect_seconds + bench.settings.read_seconds,
        gives_up=partial(gives_up, bench, row),
        has_time=bench.has_time,
        now=partial(leases.database_time, bench.lease),
    )


def request_id(bench: Bench, row: BulkOperationRow) -> str:
    """What marks the calls for a row at this attempt."""
    return f"bulk-{bench.task.pk}-{row.line}-{row.attempts + 1}"


def execution_of(bench: Bench, row: BulkOperationRow) -> RowExecution:
    """What is to be executed or settled of a row."""
    return RowExecution(
        line=row.line,
        object_key=row.object_key,
        steps=tuple(Step.from_dict(step) for step in row.steps),
        columns=bench.column_of_field,
        texts=bench.operation.texts(row.cells),
        tries=row.attempts,
    )


def _save_steps(bench: Bench, row: BulkOperationRow, steps: tuple[Step, ...]) -> None:
    """The last thing before a call: the row is still ours, and so is the lane, and with it the course.

    In this order, as another task may have taken the course while this worker stood still: the row does not tell that.
    """
    record_steps(row.pk, bench.lease.epoch, steps)
    leases.extend(bench.lease)
