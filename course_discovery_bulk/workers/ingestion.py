"""The file of a task becomes rows, and every row is checked, before anything is planned or written."""

from __future__ import annotations

from django.utils import timezone

from course_discovery_bulk.choices import OnError, TaskStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pipeline.read import inspect_file, read_chunks
from course_discovery_bulk.pipeline.record_new_rows import record_checked_rows, record_read_rows
from course_discovery_bulk.pipeline.validate import Seen, validate_rows
from course_discovery_bulk.workers import leases
from course_discovery_bulk.workers.context import Bench, open_checked, stored_row


def ingest(bench: Bench) -> None:
    """Store the rows of the file; the mark that they are all there comes last."""
    headers = frozenset(bench.operation.known_headers)
    with open_checked(bench.task) as stream:
        facts = inspect_file(stream, bench.limits, known_headers=headers)
        stream.seek(0)
        for chunk in read_chunks(stream, facts, bench.limits):
            record_read_rows(bench.task, chunk)
            bench.show_life()
    save(bench, ingested_at=timezone.now(), total_count=facts.row_count, claims_without_progress=0)


def check_rows(bench: Bench) -> None:
    """Check every row before the first write; the mark that it is done comes last."""
    seen = Seen()
    for page in bench.row_pages(bench.settings.read_chunk_rows):
        raw = (stored_row(row) for row in page)
        checked = {row.line: row for row in validate_rows(raw, bench.validator, seen)}
        leases.extend(bench.lease)  # a worker that stood still meanwhile must not put rows back
        record_checked_rows(page, checked)
        bench.show_life()
    now = timezone.now()
    started = {} if plans_first(bench.task) else {"started_at": now, "status": TaskStatus.PROCESSING}
    save(bench, validated_at=now, claims_without_progress=0, **started)


def plans_first(task: BulkOperationTask) -> bool:
    """Whether every row is planned before the first is written: to show the plan, or to write all or nothing."""
    return bool(task.options.get("dry_run")) or task.options.get("on_error") == OnError.ALL_OR_NOTHING


def save(bench: Bench, **fields: object) -> None:
    """Write fields of the task as one of its workers, and keep them at hand."""
    leases.write_task(bench.lease, **fields)
    for name, value in fields.items():
        setattr(bench.task, name, value)
