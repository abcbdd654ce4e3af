"""The stages of a task: find out the facts, ask the table what is next, do it, until the job has its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from course_discovery_bulk.exceptions import DiscoveryError, ReaderUnavailable, StorageUnavailable, Transient
from course_discovery_bulk.problems import (
    DISCOVERY_UNAVAILABLE,
    OUT_OF_TIME,
    STORAGE_UNAVAILABLE,
    UPLOADER_GONE,
    WORKER_LOST,
    problem,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers import pauses
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.finishing import conclude, end_unless_open, is_past_its_time, pause, stop
from course_discovery_bulk.workers.forecasts import keep_plan
from course_discovery_bulk.workers.ingestion import check_rows, ingest, plans_first
from course_discovery_bulk.workers.lanes import open_lanes
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.policies import has_failed_enough, refusals, too_many_failures
from course_discovery_bulk.workers.preview import preview
from course_discovery_bulk.workers.reasons import CANCELLED, Reason, reason_of
from course_discovery_bulk.workers.rechecking import recheck
from course_discovery_bulk.workers.row_loop import process_slice
from course_discovery_bulk.workers.task_life import Facts, Next, after_plan, after_rows, next_stage
from course_discovery_bulk.workers.verdicts import Scope, Verdict, judge


def advance(bench: Bench) -> NextJob:
    """Bring the task as far as this slice allows; passing trouble pauses it."""
    try:
        return _advance_or_stop(bench)
    except Exception as error:
        if judge(error, Scope.STOPPING) is not Verdict.PAUSE:
            raise
        return _pause_for(bench, error)


def _advance_or_stop(bench: Bench) -> NextJob:
    """Run the stages; what no later job could do better, a bug of ours included, stops the task."""
    try:
        return _run_stages(bench)
    except Exception as error:
        if judge(error, Scope.SLICE) is not Verdict.STOP:
            raise
        return stop(bench, reason_of(error))


def _pause_for(bench: Bench, error: Exception) -> NextJob:
    if isinstance(error, DiscoveryError):
        return pause(bench, error, at_last=problem(DISCOVERY_UNAVAILABLE, detail=error.detail))
    if isinstance(error, StorageUnavailable) and bench.is_cancelled():
        return stop(bench, CANCELLED)
    away = Transient(Phrase(_why_away(error), error=str(error)))
    return pause(bench, away, at_last=problem(STORAGE_UNAVAILABLE, detail=away.detail))


def _why_away(error: Exception) -> str:
    if isinstance(error, ReaderUnavailable):
        return _("the process that reads workbooks did not finish ({error})")
    return _("its storage does not answer ({error})")


def _run_stages(bench: Bench) -> NextJob:
    answer: NextJob | None = None
    while answer is None:
        answer = _do(bench, next_stage(_find_facts(bench)))
    return answer


def _find_facts(bench: Bench) -> Facts:
    task = bench.task
    return Facts(
        is_stopped=bool(task.stopped_for),
        has_uploader=bench.uploader is not None,
        has_lost_workers=task.claims_without_progress > bench.settings.lost_claims,
        is_past_its_time=is_past_its_time(bench),
        is_read=task.ingested_at is not None,
        is_checked=task.validated_at is not None,
        is_cancelled=bench.is_cancelled(),
        is_edited=task.recheck_since is not None,
        plans_first=plans_first(task),
        is_started=task.started_at is not None,
        is_refused=bool(refusals(task)),
    )


def _do(bench: Bench, following: Next) -> NextJob | None:
    """Do what is next; the answer of this job, or None if another stage follows in it."""
    if following in REASONS:
        return stop(bench, REASONS[following](bench))
    return PERFORMED[following](bench)


def _plan(bench: Bench) -> NextJob | None:
    """Plan rows for a slice; nothing is written until somebody applies the plan, or all rows are good."""
    planned_to = preview(bench, bench.task.task_summary or {})
    following = after_plan(
        is_cancelled=bench.is_cancelled(),
        is_complete=planned_to is None,
        is_preview=bool(bench.task.options.get("dry_run")),
    )
    keep_plan(bench, following, planned_to)
    return _do(bench, following)


def _recheck(bench: Bench) -> NextJob | None:
    """Check and plan edited rows for a slice; the preview waits again once that is done."""
    return _do(bench, recheck(bench))


def _write(bench: Bench) -> NextJob | None:
    """Write rows, with as many lanes as there is work for."""
    open_lanes(bench)
    end = process_slice(bench)
    task = bench.task
    return _do(bench, after_rows(end, is_cancelled=bench.is_cancelled(), has_failed_enough=has_failed_enough(task)))


def _rest(bench: Bench) -> NextJob:
    """Asked for while the preview was being saved, a cancellation must not wait for somebody to apply it."""
    return stop(bench, CANCELLED) if bench.is_cancelled() else NextJob.none()


def _wait(bench: Bench) -> NextJob:
    left = pauses.next_attempt(bench.task.pk)
    return left if left.is_needed else NextJob.now()


def _out_of_time(bench: Bench) -> Reason:
    return Reason(problems=(problem(OUT_OF_TIME, hours=f"{bench.settings.task_hours:g}"),))


def _workers_lost(bench: Bench) -> Reason:
    times = max(bench.task.claims_without_progress, bench.settings.lost_claims)
    return Reason(problems=(problem(WORKER_LOST, times=times),))


REASONS: Final[Mapping[Next, Callable[[Bench], Reason]]] = {
    Next.STOP_UPLOADER_GONE: lambda _bench: Reason(problems=(problem(UPLOADER_GONE),), is_cancelled=True),
    Next.STOP_WORKERS_LOST: _workers_lost,
    Next.STOP_OUT_OF_TIME: _out_of_time,
    Next.STOP_POLICY: lambda bench: Reason(problems=tuple(refusals(bench.task)), is_refused=True),
    Next.STOP_CANCELLED: lambda _bench: CANCELLED,
    Next.STOP_FAILURES: lambda _bench: Reason(problems=(too_many_failures(),)),
}
PERFORMED: Final[Mapping[Next, Callable[[Bench], NextJob | None]]] = {
    Next.FINISH: conclude,
    Next.READ: ingest,
    Next.CHECK: check_rows,
    Next.RECHECK: _recheck,
    Next.PLAN: _plan,
    Next.WRITE: _write,
    Next.BEGIN: lambda _bench: None,
    Next.REST: _rest,
    Next.HAND_OVER: lambda _bench: NextJob.now(),
    Next.WAIT: _wait,
    Next.END: end_unless_open,
}
