"""Lanes: one job works on one task for a slice of time, stage after stage, and says when the next job is due.

Everything is resumed from the database: a job may start after any other was killed at any point.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.utils import timezone

from course_discovery_bulk import conf
from course_discovery_bulk.choices import OPEN_ROW_STATUSES, OnError, RowStatus, TaskStatus
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
    WorkersLost,
)
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.pipeline.report import report_summary
from course_discovery_bulk.pipeline.summarise import counts
from course_discovery_bulk.problems import (
    DISCOVERY_UNAVAILABLE,
    MISCONFIGURED,
    OUT_OF_TIME,
    POLICY_STOPPED,
    STORAGE_UNAVAILABLE,
    UPLOADER_GONE,
    WORKER_LOST,
    Problem,
    problem,
)
from course_discovery_bulk.text.logs import about, get_logger
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers import claiming, leases, pauses, redispatch
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.finishing import (
    BLOCKED_SECONDS,
    conclude,
    end_unless_open,
    is_past_its_time,
    pause,
    stop,
    summary_of,
    write_rest,
)
from course_discovery_bulk.workers.heartbeat import heartbeat
from course_discovery_bulk.workers.ingestion import check_rows, ingest, plans_first, save
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.preview import PLANNED_TO, preview
from course_discovery_bulk.workers.row_loop import process_slice
from course_discovery_bulk.workers.selection import Turn, has_failed_enough

logger = get_logger(__name__)


def work_on(
    task_pk: int,
    ring: Callable[[int], object] = lambda task_pk: None,
    watch: Callable[[], object] = lambda: None,
) -> NextJob:
    """Work on a task for a slice of time; when its lane needs another job, if it does.

    `ring` sends a job for a task: for further lanes as soon as there is work for them. `watch` is called again and
    again, where a task can be asked to stop.
    """
    settings = conf.read()
    lease = claiming.claim(task_pk, settings)
    if lease is None:
        return pauses.next_attempt(task_pk)
    with about(task=task_pk):
        return _work_in_lane(lease, settings, ring=ring, watch=watch)


def _work_in_lane(
    lease: leases.Lease, settings: conf.BulkSettings, *, ring: Callable[[int], object], watch: Callable[[], object]
) -> NextJob:
    """Work, and let the lane go however that ends."""
    following = NextJob.now()  # what an interruption leaves is gone on with at once
    is_ours = False
    try:
        with heartbeat(lease, longest=settings.time_limit):
            following = _advance(_bench(lease, settings, ring=ring, watch=watch))
    except LeaseLost:
        logger.warning("lease lost", extra={"event": "bulk.lease_lost", "epoch": lease.epoch})
    except INTERRUPTIONS:
        leases.count_interruption(lease)  # rows have counts of their own
        raise
    finally:
        again = following.seconds + redispatch.patience(settings) if following.is_needed else None
        is_ours = leases.release(lease, ring_again_after=again)
    if is_ours and not following.is_needed and not redispatch.is_looked_after(lease.task_pk):
        # Two lanes that end at the same moment see each other at work, and each leaves what is left to the other.
        following = NextJob.after(BLOCKED_SECONDS)
        redispatch.expect_job(lease.task_pk, ring_again_after=BLOCKED_SECONDS + redispatch.patience(settings))
    return following if is_ours else NextJob.none()


def _bench(
    lease: leases.Lease, settings: conf.BulkSettings, *, ring: Callable[[int], object], watch: Callable[[], object]
) -> Bench:
    task = BulkOperationTask.objects.select_related("uploaded_by").get(pk=lease.task_pk)
    uploader = task.uploaded_by if task.uploaded_by and task.uploaded_by.is_active else None
    return Bench(task=task, lease=lease, settings=settings, uploader=uploader, ring=ring, watch=watch)


def _advance(bench: Bench) -> NextJob:
    """Bring the task as far as this slice allows."""
    try:
        return _run_stages_or_stop(bench)
    except StorageUnavailable as error:
        if _is_cancelled(bench.task):
            return stop(bench, is_cancelled=True)
        away = Transient(Phrase(_("its storage does not answer ({error})"), error=str(error)))
        return pause(bench, away, at_last=problem(STORAGE_UNAVAILABLE, detail=away.detail))
    except DiscoveryError as error:
        return pause(bench, error, at_last=problem(DISCOVERY_UNAVAILABLE, detail=error.detail))


def _run_stages_or_stop(bench: Bench) -> NextJob:
    """Run the stages; what no later job could do better stops the task."""
    try:
        return _run_stages(bench)
    except UploadRefused as refusal:
        return stop(bench, *refusal.problems, is_refused=True)
    except UnknownOperation as error:
        return stop(
            bench,
            problem(MISCONFIGURED, detail=Phrase(_("there is no operation {name}"), name=str(error))),
            is_refused=True,
        )
    except (Misconfigured, Refused) as error:
        return stop(bench, problem(MISCONFIGURED, detail=error.detail), can_ask=False)
    except WorkersLost as error:
        return stop(bench, problem(WORKER_LOST, times=error.times))
    except (LeaseLost, DiscoveryError, StorageUnavailable, *INTERRUPTIONS):
        raise
    except Exception as error:  # noqa: BLE001 - the whole run: a bug of ours must end the task honestly, not hang it
        return stop(bench, report_incident(error), can_ask=False)


def _run_stages(bench: Bench) -> NextJob:
    task = bench.task
    reason = _reason_to_stop(bench)
    if reason:
        return reason()
    if task.ingested_at is None:
        ingest(bench)
    if task.validated_at is None and not _is_cancelled(task):
        check_rows(bench)
    refused = _policy_refusal(task)
    if refused:
        return stop(bench, refused, is_refused=True)
    if _is_cancelled(task):
        return stop(bench, is_cancelled=True)
    if plans_first(task) and task.started_at is None:
        return _preview(bench)
    return _process(bench)


def _reason_to_stop(bench: Bench) -> Callable[[], NextJob] | None:
    """What ends a task before anything else is done for it."""
    task = bench.task
    if task.stopped_for:
        return partial(conclude, bench)
    if bench.uploader is None:
        return partial(stop, bench, problem(UPLOADER_GONE), is_cancelled=True)
    if task.claims_without_progress > bench.settings.lost_claims:
        return partial(stop, bench, problem(WORKER_LOST, times=task.claims_without_progress))
    if task.started_at and is_past_its_time(bench):
        return partial(stop, bench, problem(OUT_OF_TIME, hours=f"{bench.settings.task_hours:g}"))
    return None


def _process(bench: Bench) -> NextJob:
    """Work on rows, with as many lanes as there is work for."""
    _open_lanes(bench)
    turn = process_slice(bench)
    if turn is Turn.MORE:
        return NextJob.now()
    if turn is Turn.PAUSED:
        left = pauses.next_attempt(bench.task.pk)
        return left if left.is_needed else NextJob.now()
    if turn is Turn.ALL_TAKEN:
        return end_unless_open(bench)
    if _is_cancelled(bench.task):
        return stop(bench, is_cancelled=True)
    if has_failed_enough(bench.task):
        return stop(bench, problem(POLICY_STOPPED, reason=Phrase(_("as many rows failed as the upload allows"))))
    return conclude(bench)


def _open_lanes(bench: Bench) -> None:
    """Ring for further lanes, as long as there are courses for them and nobody rings for them already."""
    task, most = bench.task, claiming.width(bench.task, bench.settings)
    courses = task.rows.filter(status__in=OPEN_ROW_STATUSES).order_by().values("group").distinct()[:most].count()
    if courses <= 1:
        return
    patience = redispatch.patience(bench.settings)
    for _lane in range(redispatch.take_idle_lanes(task.pk, courses, ring_again_after=patience)):
        bench.ring(task.pk)


def _preview(bench: Bench) -> NextJob:
    """Plan rows, slice by slice, and stop there: nothing is written until somebody applies it, or all rows are good."""
    task = bench.task
    forecast, planned_to = preview(bench, task.task_summary or {})
    if _is_cancelled(task):
        return stop(bench, is_cancelled=True)
    summary = summary_of(bench)
    report = {**report_summary(summary), "forecast": forecast}
    if planned_to is not None:
        save(bench, task_summary={**report, PLANNED_TO: planned_to}, claims_without_progress=0)
        return NextJob.now()
    if task.options.get("dry_run"):
        write_rest(bench, TaskStatus.VALIDATED, task_summary=report, **counts(summary.buckets))
        # Asked for while the preview was being saved: it must not wait for somebody to apply it.
        return stop(bench, is_cancelled=True) if _is_cancelled(task) else NextJob.none()
    save(bench, status=TaskStatus.PROCESSING, task_summary=report, started_at=timezone.now())
    refused = _policy_refusal(task)  # planning finds more than checking did
    return stop(bench, refused, is_refused=True) if refused else _process(bench)


def _policy_refusal(task: BulkOperationTask) -> Problem | None:
    """Why the whole task must not write, if its policy says so; never in the middle of planning or of writing."""
    if task.options.get("on_error") != OnError.ALL_OR_NOTHING or (task.started_at is None and task.task_summary):
        return None
    invalid = task.rows.filter(status=RowStatus.INVALID).count()
    if not invalid or task.rows.filter(started_at__isnull=False).exists():
        return None
    return problem(
        POLICY_STOPPED, reason=Phrase(_("{count} rows have problems and the upload said all or nothing"), count=invalid)
    )


def _is_cancelled(task: BulkOperationTask) -> bool:
    asked = BulkOperationTask.objects.values_list("cancel_requested_at", flat=True).get(pk=task.pk)
    return asked is not None
