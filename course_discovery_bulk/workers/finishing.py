"""Stopping and ending: how a task is stopped before all of its rows had their turn, and how its end is written.

Lanes may be at work while one of them sees that the task must stop. The first to see it writes why; every lane
then finishes the call it is in, and the one that finds no open row left writes the end.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.data import Summary
from course_discovery_bulk.db.clock import after
from course_discovery_bulk.exceptions import DiscoveryError
from course_discovery_bulk.pipeline.record_fixes import record_fixes
from course_discovery_bulk.pipeline.record_unowned import record_not_processed
from course_discovery_bulk.pipeline.report import report_summary
from course_discovery_bulk.pipeline.summarise import counts, decide_status, summarise
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.text.logs import get_logger
from course_discovery_bulk.workers import leases, pauses, precedence, redispatch
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.reasons import Reason
from course_discovery_bulk.workers.selection import has_open_rows
from course_discovery_bulk.workers.settling import settle_left

logger = get_logger(__name__)

BLOCKED_SECONDS: Final = 2.0  # wait for a course that a lane of another task has
PATIENT_PAUSES: Final = 3  # how often a stopped task waits for discovery, to read back what became of a call


def stop(bench: Bench, reason: Reason) -> NextJob:
    """Stop a task for a reason, unless it is stopped already, and bring it to its end."""
    notes = [*bench.task.notes, *(found.as_record() for found in reason.problems)]
    leases.write_stop(bench.lease, stopped_for=reason.as_record(), notes=notes)
    return conclude(bench)


def conclude(bench: Bench) -> NextJob:
    """Bring a stopped task to its end: rows that were not sent are not processed, the others are settled first."""
    bench.task.refresh_from_db(fields=["stopped_for", "notes", "pauses"])
    reason = Reason.from_record(bench.task.stopped_for)
    leases.extend(bench.lease)
    record_not_processed(bench.task, reason.problem)
    can_ask = reason.can_ask and bench.uploader is not None and bench.task.pauses < PATIENT_PAUSES
    settle_left(bench, reason.problem, can_ask=can_ask)
    return end_unless_open(bench)


def end_unless_open(bench: Bench) -> NextJob:
    """Write the end of a task if no row is open any more; if one is, other lanes end it, or a later job does.

    The sweeper revives lanes whose worker crashed.
    """
    if not has_open_rows(bench.task):
        _end(bench)
        return NextJob.none()
    return NextJob.none() if leases.live_lanes_of_others(bench.lease).exists() else NextJob.after(BLOCKED_SECONDS)


def pause(bench: Bench, error: DiscoveryError, *, at_last: Problem) -> NextJob:
    """There is passing trouble: let the task rest, longer each time, and give up `at_last` after its last hour."""
    task, settings = bench.task, bench.settings
    task.refresh_from_db(fields=["pauses"])
    if is_past_its_time(bench):
        return stop(bench, Reason(problems=(at_last,), can_ask=False))
    longest = min(settings.pause_seconds * 2 ** min(task.pauses, 16), settings.max_pause_seconds)
    seconds = random.uniform(longest / 2, longest)  # noqa: S311 - spreads tasks out, keeps no secret
    if error.retry_after:  # none at all would bring the next job at once, again and again
        seconds = min(error.retry_after, settings.max_retry_after_seconds)
    rests = pauses.rest(bench.lease, seconds, is_told=bool(error.retry_after))
    logger.warning(
        "task pauses: %s",
        type(error).__name__,
        extra={"event": "bulk.pause", "cause": at_last.code, "seconds": rests, "http_status": error.status},
    )
    return NextJob.after(rests)


def write_rest(bench: Bench, status: TaskStatus, **fields: Any) -> None:
    """Write that nothing is to be done for now, and in the same statement that somebody is to be told of it."""
    due = after(redispatch.patience(bench.settings))  # when a sweep does it, should this job be lost
    leases.write_task(bench.lease, status=status, notice_due_at=due, notified_at=None, mail_attempts=0, **fields)
    bench.task.status = status
    _ring_those_who_waited(bench)


def is_past_its_time(bench: Bench) -> bool:
    """Whether a task has had all the time that it may take."""
    began = bench.task.started_at or bench.task.recheck_since or bench.task.created
    return timezone.now() - began > timedelta(hours=bench.settings.task_hours)


def summary_of(bench: Bench) -> Summary:
    """What became of the rows so far."""
    settings = bench.settings
    return summarise(bench.task, message_limit=settings.summary_messages, product_limit=settings.summary_products)


def _end(bench: Bench) -> None:
    """Write the end of a task: its status, its counts and its summary, all at once."""
    task = bench.task
    task.refresh_from_db(fields=["stopped_for", "notes", "task_summary"])
    reason = Reason.from_record(task.stopped_for)
    summary = summary_of(bench)
    report = report_summary(summary)
    if task.task_summary and "forecast" in task.task_summary:
        report["forecast"] = task.task_summary["forecast"]
    status = decide_status(summary.buckets, is_cancelled=reason.is_cancelled, is_refused=reason.is_refused)
    record_fixes(task, is_cancelled=reason.is_cancelled)
    write_rest(
        bench,
        status,
        total_count=summary.total,
        task_summary=report,
        finished_at=timezone.now(),
        next_attempt_at=None,
        **counts(summary.buckets),
    )
    told = {"event": "bulk.finished", "status": str(status), "rows": summary.total, **counts(summary.buckets)}
    logger.info("task finished", extra=told)


def _ring_those_who_waited(bench: Bench) -> None:
    """The uploader's next task may begin now that this one needs no worker any more."""
    for task_pk in precedence.next_to_begin(bench.task):
        bench.ring(task_pk)
