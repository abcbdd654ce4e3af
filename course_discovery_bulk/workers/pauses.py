"""Pauses: a task rests while discovery or its storage is away, and is due again at a moment of the database's clock."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from course_discovery_bulk.choices import RESTING_TASK_STATUSES
from course_discovery_bulk.db.clock import DatabaseNow, after
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.leases import NOT_OURS, Lease, task_of
from course_discovery_bulk.workers.next_job import NextJob

DUE: Final = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=DatabaseNow())


def rest(lease: Lease, seconds: float, *, is_told: bool) -> float:
    """Let a task rest for so long; the seconds that it rests, 0.0 where somebody has cancelled it meanwhile.

    Another lane may have met the same outage and put it to rest already: then it rests longer only where discovery has
    said how long (`is_told`), and it counts as one pause.
    """
    return persist(partial(_rest, lease, seconds, is_told))


def _rest(lease: Lease, seconds: float, is_told: bool) -> float:  # noqa: FBT001 - from above alone
    with transaction.atomic():
        if not task_of(lease).update(modified=timezone.now()):  # locks the row: nobody cancels it in between
            raise LeaseLost(NOT_OURS)
        task = BulkOperationTask.objects.annotate(database_now=DatabaseNow()).get(pk=lease.task_pk)
        if task.cancel_requested_at and not task.stopped_for:
            return 0.0
        left = _seconds_left(task)
        if left and not (is_told and seconds > left):
            return left
        pauses = task.pauses if left else task.pauses + 1
        BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=after(seconds), pauses=pauses)
    return seconds


def next_attempt(task_pk: int) -> NextJob:
    """The job that a paused task needs after its pause; none if it is not paused."""
    task = (
        BulkOperationTask.objects.filter(pk=task_pk, next_attempt_at__isnull=False)
        .exclude(status__in=RESTING_TASK_STATUSES)
        .annotate(database_now=DatabaseNow())
        .first()
    )
    return NextJob.after(_seconds_left(task)) if task else NextJob.none()


def _seconds_left(task: Any) -> float:
    """How long a task still rests, by the clock of the database that it was read with."""
    return max(0.0, (task.next_attempt_at - task.database_now).total_seconds()) if task.next_attempt_at else 0.0
