"""The file of a task becomes rows, and every row is checked, before anything is planned or written.

Both go on after the last page that an earlier job has done. A job that does a page has made progress: only one that is
interrupted before it counts as lost. Rows that take long to check are saved before their page is full, and a check that
takes longer than a time slice goes on in the next job.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

from django.db.models import Max
from django.utils import timezone

from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.data import CleanRow, FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline.read import inspect_file, read_chunks
from course_discovery_bulk.pipeline.record_new_rows import record_checked_rows, record_read_rows, remove_read_rows
from course_discovery_bulk.pipeline.validate import Seen, remember_row, validate_rows
from course_discovery_bulk.problems import Allowance, Problem
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.workers import leases
from course_discovery_bulk.workers.context import Bench, stored_row
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.origins import origin_named_by
from course_discovery_bulk.workers.stored_file import reading_file
from course_discovery_bulk.workers.turns import Clock

CHECK_SECONDS: Final = 2.0  # after so long, the rows checked so far are saved


def ingest(bench: Bench) -> None:
    """Store the rows of the file; the mark that they are all there comes last."""
    try:
        with reading_file(bench.task) as stream:
            facts, takes = _facts_of(bench, stream), bench.operation.table_types
            row_count = _store_rows(bench, read_chunks(stream, facts, bench.limits, takes=takes))
    except UploadRefused:
        leases.extend(bench.lease)
        remove_read_rows(bench.task)  # they may be another file's
        raise
    save(bench, ingested_at=timezone.now(), total_count=row_count, claims_without_progress=0)


def check_rows(bench: Bench) -> NextJob | None:
    """Check every row before the first write; the mark that it is done comes last.

    Another job goes on if the time slice ends before, but never before some rows are saved.
    """
    seen, has_saved, clock = _seen_so_far(bench), False, Clock(bench=bench, started=bench.started)
    for page in bench.row_pages(bench.settings.read_chunk_rows, after=bench.task.checked_to):
        left = page
        while left:
            if has_saved and bench.is_cancelled():
                return None  # the next stage stops the task
            if has_saved and clock.is_over():
                return NextJob.now()
            left = left[_check_some(bench, left, seen) :]
            has_saved = True
    _mark_checked(bench)
    return None


def _check_some(bench: Bench, rows: Sequence[BulkOperationRow], seen: Seen) -> int:
    """Check rows until they are all done or it has taken long enough, and save them; how many they are."""
    until, checked = time.monotonic() + CHECK_SECONDS, dict[int, CleanRow]()
    for row in validate_rows(map(stored_row, rows), bench.validator, seen):
        checked[row.line] = row
        if time.monotonic() > until:
            break
    done = rows[: len(checked)]
    bench.show_life()  # a worker that stood still meanwhile must not put rows back
    record_checked_rows(done, checked)
    save(bench, checked_to=done[-1].line, claims_without_progress=0)
    return len(done)


def _mark_checked(bench: Bench) -> None:
    now = timezone.now()
    started = {} if plans_first(bench.task) else {"started_at": now, "status": TaskStatus.PROCESSING}
    save(bench, validated_at=now, claims_without_progress=0, **started)


def plans_first(task: BulkOperationTask) -> bool:
    """Whether every row is planned before the first is written: to show the plan, or to write all or nothing."""
    return bool(task.options.get("dry_run")) or task.is_all_or_nothing


def save(bench: Bench, **fields: object) -> None:
    """Write fields of the task as one of its workers, and keep them at hand."""
    leases.write_task(bench.lease, **fields)
    for name, value in fields.items():
        setattr(bench.task, name, value)


def _facts_of(bench: Bench, stream: BinaryIO) -> FileFacts:
    """What the upload found out about the file; a task that was recorded before that was kept finds it out now."""
    task = bench.task
    if task.reading:
        return FileFacts.from_dict({**task.reading, "headers": task.headers, "row_count": task.total_count})
    return inspect_file(
        stream,
        bench.limits,
        known_headers=frozenset(bench.operation.known_headers),
        choices=ReadingChoices.from_options(task.options),
        columns=bench.operation.columns_by_header,
        site_order=bench.settings.date_order,
    )


def _store_rows(bench: Bench, chunks: Iterable[Sequence[RawRow]]) -> int:
    """Store the rows after the last one stored, a page at a time; the number of rows in the file."""
    stored_to = bench.task.rows.aggregate(last=Max("line"))["last"] or 0
    row_count = 0
    for chunk in chunks:
        row_count += len(chunk)
        bench.show_life()
        new = [row for row in chunk if row.line > stored_to]
        if new:
            _find_origin(bench, new)
            record_read_rows(bench.task, new)
            if bench.task.claims_without_progress:
                save(bench, claims_without_progress=0)
    return row_count


def _find_origin(bench: Bench, rows: Sequence[RawRow]) -> None:
    """Keep which upload the file was made of, if it says so and nobody has said it before."""
    if bench.task.origin_id is None and (origin := origin_named_by(rows, bench.task, bench.uploader)):
        save(bench, **origin)


def _seen_so_far(bench: Bench) -> Seen:
    """What the rows say that an earlier job has checked. What takes long to check is not checked again."""
    settings = bench.settings
    seen = Seen(allowance=Allowance(per_row=settings.max_row_problems, per_file=settings.max_file_problems))
    if bench.task.checked_to:
        for page in bench.row_pages(bench.settings.read_chunk_rows, up_to=bench.task.checked_to):
            for row in page:
                remember_row(stored_row(row), list(map(Problem.from_dict, row.problems)), bench.validator, seen)
            bench.show_life()
    return seen
