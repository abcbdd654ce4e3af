"""Lanes: one job works on one task for a slice of time, stage after stage, and says when the next job is due.

Everything is resumed from the database: a job may start after any other was killed at any point.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from course_discovery_bulk import conf
from course_discovery_bulk.choices import OnError, RowStatus, TaskStatus
from course_discovery_bulk.data import Summary
from course_discovery_bulk.exceptions import (
    INTERRUPTIONS,
    DiscoveryError,
    LeaseLost,
    Misconfigured,
    Refused,
    StorageUnavailable,
    Transient,
    UnknownOperation,
    UploadRefused,
)
from course_discovery_bulk.incidents import report_incident
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pipeline import leases
from course_discovery_bulk.pipeline.bench import Bench, open_checked, stored_row
from course_discovery_bulk.pipeline.planning import PLANNED_TO, preview
from course_discovery_bulk.pipeline.read import inspect_file, read_chunks
from course_discovery_bulk.pipeline.record import record_checked_rows, record_not_processed, record_read_rows
from course_discovery_bulk.pipeline.report import report_summary
from course_discovery_bulk.pipeline.row_lane import has_failed_enough, process_slice
from course_discovery_bulk.pipeline.summarise import counts, decide_status, summarise
from course_discovery_bulk.pipeline.validate import Seen, validate_rows
from course_discovery_bulk.problems import (
    DISCOVERY_UNAVAILABLE,
    MISCONFIGURED,
    POLICY_STOPPED,
    STORAGE_UNAVAILABLE,
    UPLOADER_GONE,
    Problem,
    problem,
)

logger = logging.getLogger(__name__)


def work_on(task_pk: int) -> float | None:
    """Work on a task for a slice; the seconds until its next job is due, None where it needs none."""
    settings = conf.read()
    lease = leases.claim(task_pk, settings.lease_seconds)
    if lease is None:
        return leases.seconds_until_free(task_pk)
    try:
        _advance(lease, settings)
    except LeaseLost:
        logger.warning("lease lost", extra={"event": "bulk.lease_lost", "task": task_pk, "epoch": lease.epoch})
    finally:
        leases.release(lease)
    return leases.seconds_until_free(task_pk)


def _advance(lease: leases.Lease, settings: conf.BulkSettings) -> None:
    """Bring the task as far as this slice allows."""
    task = BulkOperationTask.objects.select_related("uploaded_by").get(pk=lease.task_pk)
    uploader = task.uploaded_by
    if uploader is None or not uploader.is_active:
        _stop(task, lease, settings, problem(UPLOADER_GONE), is_cancelled=True)
        return
    try:
        _run_stages(task, lease, settings, uploader)
    except (LeaseLost, *INTERRUPTIONS):
        raise
    except UploadRefused as refusal:
        _stop(task, lease, settings, *refusal.problems, is_refused=True)
    except UnknownOperation as error:
        detail = f"there is no operation {error}"
        _stop(task, lease, settings, problem(MISCONFIGURED, detail=detail), is_refused=True)
    except (Misconfigured, Refused) as error:
        _stop(task, lease, settings, problem(MISCONFIGURED, detail=error.detail))
    except StorageUnavailable as error:
        away = Transient(f"its storage does not answer ({error})")
        _pause(task, lease, settings, away, at_last=problem(STORAGE_UNAVAILABLE, detail=away.detail))
    except DiscoveryError as error:
        _pause(task, lease, settings, error, at_last=problem(DISCOVERY_UNAVAILABLE, detail=error.detail))
    except Exception as error:  # noqa: BLE001 - the whole run: a bug of ours must end the task honestly, not hang it
        _stop(task, lease, settings, report_incident(error))


def _run_stages(
    task: BulkOperationTask, lease: leases.Lease, settings: conf.BulkSettings, uploader: AbstractBaseUser
) -> None:
    bench = Bench(task=task, lease=lease, settings=settings, uploader=uploader)
    if task.ingested_at is None:
        _ingest(bench)
    if task.validated_at is None and not _is_cancelled(task):
        _check_rows(bench)
    refused = _policy_refusal(task)
    if refused:
        _stop(task, lease, settings, refused, is_refused=True)
    elif _plans_first(task) and task.started_at is None and not _is_cancelled(task):
        _preview(bench)
    elif not _is_cancelled(task) and process_slice(bench):
        _finish(task, lease, settings)
    elif _is_cancelled(task):
        _stop(task, lease, settings, is_cancelled=True)
    elif has_failed_enough(task):
        reason = "as many rows failed as the upload allows"
        _stop(task, lease, settings, problem(POLICY_STOPPED, reason=reason))


def _ingest(bench: Bench) -> None:
    """Store the rows of the file; the mark that they are all there comes last."""
    leases.write_task(bench.lease, status=TaskStatus.VALIDATING)
    headers = frozenset(bench.operation.known_headers)
    with open_checked(bench.task) as stream:
        facts = inspect_file(stream, bench.limits, known_headers=headers)
        stream.seek(0)
        for chunk in read_chunks(stream, facts, bench.limits):
            record_read_rows(bench.task, chunk)
            leases.extend(bench.lease)
    _save(bench.task, bench.lease, ingested_at=timezone.now(), total_count=facts.row_count)


def _check_rows(bench: Bench) -> None:
    """Check every row before the first write; the mark that it is done comes last."""
    seen = Seen()
    for page in bench.row_pages(bench.settings.read_chunk_rows):
        raw = (stored_row(row) for row in page)
        checked = {row.line: row for row in validate_rows(raw, bench.validator, seen)}
        record_checked_rows(page, checked)
        leases.extend(bench.lease)
    now = timezone.now()
    started = {} if _plans_first(bench.task) else {"started_at": now, "status": TaskStatus.PROCESSING}
    _save(bench.task, bench.lease, validated_at=now, **started)


def _plans_first(task: BulkOperationTask) -> bool:
    """Whether every row is planned before the first is written: to show the plan, or to write all or nothing."""
    return bool(task.options.get("dry_run")) or task.options.get("on_error") == OnError.ALL_OR_NOTHING


def _preview(bench: Bench) -> None:
    """Plan rows, slice by slice, and stop there: nothing is written until somebody applies it, or all rows are good."""
    task, lease, settings = bench.task, bench.lease, bench.settings
    forecast, planned_to = preview(bench, task.task_summary or {})
    if _is_cancelled(task):
        _stop(task, lease, settings, is_cancelled=True)
        return
    summary = _summary(task, settings)
    report = {**report_summary(summary), "forecast": forecast}
    if planned_to is not None:
        _save(task, lease, task_summary={**report, PLANNED_TO: planned_to})
    elif task.options.get("dry_run"):
        _save(task, lease, status=TaskStatus.VALIDATED, task_summary=report, **counts(summary.buckets))
        if _is_cancelled(task):  # asked for while the preview was being saved
            _stop(task, lease, settings, is_cancelled=True)
    else:
        _save(task, lease, status=TaskStatus.PROCESSING, task_summary=report, started_at=timezone.now())


def _policy_refusal(task: BulkOperationTask) -> Problem | None:
    """Why the whole task must not write, if its policy says so; never in the middle of planning or of writing."""
    if task.options.get("on_error") != OnError.ALL_OR_NOTHING or (task.started_at is None and task.task_summary):
        return None
    invalid = task.rows.filter(status=RowStatus.INVALID).count()
    if not invalid or task.rows.filter(started_at__isnull=False).exists():
        return None
    return problem(POLICY_STOPPED, reason=f"{invalid} rows have problems and the upload said all or nothing")


def _is_cancelled(task: BulkOperationTask) -> bool:
    asked = BulkOperationTask.objects.values_list("cancel_requested_at", flat=True).get(pk=task.pk)
    return asked is not None


def _pause(
    task: BulkOperationTask,
    lease: leases.Lease,
    settings: conf.BulkSettings,
    error: DiscoveryError,
    *,
    at_last: Problem,
) -> None:
    """There is passing trouble: let the task rest, longer each time, and give up `at_last` after its last hour."""
    if _is_cancelled(task):
        _stop(task, lease, settings, is_cancelled=True)
        return
    if timezone.now() - (task.started_at or task.created) > timedelta(hours=settings.task_hours):
        _stop(task, lease, settings, at_last)
        return
    doubled = settings.pause_seconds * 2 ** min(task.pauses, 16)
    seconds = min(doubled, settings.max_pause_seconds)
    if error.retry_after is not None:
        seconds = min(error.retry_after, settings.max_retry_after_seconds)
    logger.warning(
        "task %s pauses for %.0f s: %s",
        task.pk,
        seconds,
        type(error).__name__,
        extra={"event": "bulk.pause", "task": task.pk, "seconds": seconds, "http_status": error.status},
    )
    until = timezone.now() + timedelta(seconds=seconds)
    leases.write_task(lease, pauses=task.pauses + 1, next_attempt_at=until)


def _stop(
    task: BulkOperationTask,
    lease: leases.Lease,
    settings: conf.BulkSettings,
    *problems: Problem,
    is_cancelled: bool = False,
    is_refused: bool = False,
) -> None:
    """End a task before all of its rows had their turn, and say why on the task and on those rows."""
    leases.extend(lease)
    task.notes = [*task.notes, *(found.as_dict() for found in problems)]
    record_not_processed(task, problems[0] if problems else None)
    _finish(task, lease, settings, is_cancelled=is_cancelled, is_refused=is_refused)


def _finish(
    task: BulkOperationTask,
    lease: leases.Lease,
    settings: conf.BulkSettings,
    *,
    is_cancelled: bool = False,
    is_refused: bool = False,
) -> None:
    """Write the end of a task: its status, its counts and its summary, all at once."""
    summary = _summary(task, settings)
    report = report_summary(summary)
    if task.task_summary and "forecast" in task.task_summary:
        report["forecast"] = task.task_summary["forecast"]
    status = decide_status(summary.buckets, is_cancelled=is_cancelled, is_refused=is_refused)
    _save(
        task,
        lease,
        status=status,
        notes=task.notes,
        total_count=summary.total,
        task_summary=report,
        finished_at=timezone.now(),
        next_attempt_at=None,
        **counts(summary.buckets),
    )
    logger.info("task finished", extra={"event": "bulk.finished", "task": task.pk, "status": str(status)})


def _summary(task: BulkOperationTask, settings: conf.BulkSettings) -> Summary:
    return summarise(task, message_limit=settings.summary_messages, product_limit=settings.summary_products)


def _save(task: BulkOperationTask, lease: leases.Lease, **fields: object) -> None:
    leases.write_task(lease, **fields)
    for name, value in fields.items():
        setattr(task, name, value)
