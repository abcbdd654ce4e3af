"""How far a task is, told from what the database holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from course_discovery_bulk.choices import (
    OPEN_ROW_STATUSES,
    RowStatus,
    TaskStatus,
)
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pipeline.summarise import count_rows
from course_discovery_bulk.service.queue import place_in_queue
from course_discovery_bulk.workers.preview import PLANNED_TO
from course_discovery_bulk.workers.rechecking import count_rows_to_recheck

NEVER_SENT = OPEN_ROW_STATUSES | {RowStatus.INVALID, RowStatus.NOT_PROCESSED}
ENDED_BY_PLANNING = {RowStatus.UNCHANGED, RowStatus.SKIPPED}
IN_ORDER_OF_FILE = ("checking", "planning")
STAGES = ("reading", "checking", "previewed", "planning", "writing", "paused", "finished")  # of a task


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a task is; rate in rows per second and remaining time in seconds, None while they cannot be told.

    `processed` rows have ended; `done` rows are through the stage that the task is in, to which the rate and the
    remaining time belong. `waits_for` is an upload that a queued one waits for, and `queue_position` its place.
    """

    status: str
    stage: str
    step: str  # the stage, whether or not it pauses
    total: int
    processed: int
    done: int
    counts: Mapping[str, int] = field(default_factory=dict)
    rate_per_second: float | None = None
    eta_seconds: float | None = None
    finished: bool = False
    waits_for: int | None = None
    queue_position: int | None = None


def progress(task: BulkOperationTask) -> Progress:
    """How far a task is, in a constant number of queries."""
    buckets = count_rows(task)
    stored = sum(buckets.values())
    total = max(task.total_count, stored)
    waiting = sum(buckets[status] for status in OPEN_ROW_STATUSES)
    processed = stored - waiting if task.validated_at else 0
    step, place = _step(task), place_in_queue(task)
    done = _done(task, step, stored=stored, processed=processed)
    rate = _rate(task, buckets) if step in ("writing", "finished") else _rate_of_stage(task, step, done)
    return Progress(
        status=task.status,
        stage="paused" if _is_paused(task) else step,
        step=step,
        total=total,
        processed=processed,
        done=done,
        counts=buckets,
        rate_per_second=rate,
        eta_seconds=None if task.is_final or not rate else (total - done) / rate,
        finished=task.is_final,
        waits_for=place.behind if place else None,
        queue_position=place.position if place else None,
    )


def _done(task: BulkOperationTask, step: str, *, stored: int, processed: int) -> int:
    """How many rows are through a stage."""
    if step == "reading":
        return stored
    if task.recheck_since is not None and step == "planning":
        return stored - count_rows_to_recheck(task)
    if step not in IN_ORDER_OF_FILE:
        return processed
    last = task.checked_to if step == "checking" else (task.task_summary or {}).get(PLANNED_TO, 0)
    return task.rows.filter(line__lte=last).count() if last else 0


def _rate_of_stage(task: BulkOperationTask, step: str, done: int) -> float | None:
    """Rows per second since the stage began; None of one that does not take rows one after the other."""
    began = task.ingested_at if step == "checking" else task.validated_at
    if step not in IN_ORDER_OF_FILE or began is None or task.recheck_since is not None:
        return None
    seconds = (timezone.now() - began).total_seconds()
    return done / seconds if done and seconds > 0 else None


def _is_paused(task: BulkOperationTask) -> bool:
    rests = task.is_final or task.status == TaskStatus.VALIDATED
    return not rests and bool(task.next_attempt_at and task.next_attempt_at > timezone.now())


def _step(task: BulkOperationTask) -> str:
    if task.is_final:
        return "finished"
    if task.ingested_at is None:
        return "reading"
    if task.validated_at is None:
        return "checking"
    if task.started_at is None:
        return "previewed" if task.status == TaskStatus.VALIDATED else "planning"
    return "writing"


def _rate(task: BulkOperationTask, buckets: Mapping[str, int]) -> float | None:
    """Rows per second since the first was sent, without those that planning had ended before.

    Told from the counts: to ask every row whether it was sent would cost more than the rest of an answer.
    """
    if task.started_at is None:
        return None
    was_planned = task.options.get("dry_run") or task.is_all_or_nothing
    unsent = NEVER_SENT | ENDED_BY_PLANNING if was_planned else NEVER_SENT
    done = sum(number for status, number in buckets.items() if status not in unsent)
    seconds = ((task.finished_at or timezone.now()) - task.started_at).total_seconds()
    return done / seconds if done and seconds > 0 else None
