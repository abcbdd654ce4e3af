"""Leases: the right to work on a task in one lane, kept on the database's clock.

Every write is conditional on the lane still being ours and its lease still running: a worker that was away for longer
than its lease finds out before it does anything else.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.db.models import Exists, F, Q, QuerySet
from django.utils import timezone

from course_discovery_bulk.choices import FINAL_TASK_STATUSES
from course_discovery_bulk.db.clock import DatabaseNow, after
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask, CourseLease

LIVE: Final = Q(lease_until__gt=DatabaseNow()) & ~Q(lease_owner="")
DEAD: Final = Q(lease_until__lte=DatabaseNow()) & ~Q(lease_owner="")
NOT_OURS: Final = "the task belongs to another worker or has ended"


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to work on one task in one lane until it is lost or released; every write names its epoch."""

    task_pk: int
    lane_pk: int
    epoch: int
    owner: str
    seconds: float


def extend(lease: Lease) -> None:
    """Show life; LeaseLost where the lease has run out or another worker has the lane."""
    if not persist(lambda: _own(lease).update(lease_until=after(lease.seconds))):
        raise LeaseLost("the lane belongs to another worker")


def release(lease: Lease, *, ring_again_after: float | None) -> bool:
    """Let the lane go and its courses with it; whether it was still ours.

    A lane that is to be worked on again notes when to ring should its next job be lost.
    """
    next_ring = None if ring_again_after is None else after(ring_again_after)

    def let_go() -> bool:
        CourseLease.objects.filter(lane_id=lease.lane_pk, epoch=lease.epoch).delete()
        ours = BulkOperationLane.objects.filter(pk=lease.lane_pk, epoch=lease.epoch, lease_owner=lease.owner)
        return bool(ours.update(lease_owner="", lease_until=None, next_ring_at=next_ring))

    return persist(let_go)


def write_task(lease: Lease, **fields: Any) -> None:
    """Write fields of a task as one of its workers; LeaseLost where we are none any more, or it has ended."""
    if not persist(lambda: task_of(lease).update(modified=timezone.now(), **fields)):
        raise LeaseLost(NOT_OURS)


def write_stop(lease: Lease, **fields: Any) -> None:
    """Write that a task stops, and why, as one of its workers; where another lane was faster, that stays."""
    stopping = task_of(lease).filter(stopped_for__isnull=True)
    persist(lambda: stopping.update(pauses=0, modified=timezone.now(), **fields))  # what ends it has pauses of its own


def count_interruption(lease: Lease) -> None:
    """Count a job that was interrupted before the first row was sent, as long as that can be written at all."""
    with suppress(OperationalError, InterfaceError):
        task_of(lease).filter(started_at__isnull=True).update(claims_without_progress=F("claims_without_progress") + 1)


def database_time(lease: Lease) -> datetime:
    """The database's clock now: the one clock that all workers share."""
    clock = BulkOperationTask.objects.annotate(database_now=DatabaseNow()).values_list("database_now", flat=True)
    return persist(lambda: clock.get(pk=lease.task_pk))


def task_of(lease: Lease) -> QuerySet[BulkOperationTask]:
    """The task of a lane, as long as the lane is ours and the task has not ended."""
    tasks = BulkOperationTask.objects.filter(Exists(_own(lease)), pk=lease.task_pk)
    return tasks.exclude(status__in=FINAL_TASK_STATUSES)


def _own(lease: Lease) -> QuerySet[BulkOperationLane]:
    return BulkOperationLane.objects.filter(
        LIVE, pk=lease.lane_pk, task_id=lease.task_pk, epoch=lease.epoch, lease_owner=lease.owner
    )


def live_lanes_of_others(lease: Lease) -> QuerySet[BulkOperationLane]:
    """Lanes of the same task where somebody else is at work."""
    return BulkOperationLane.objects.filter(LIVE, task_id=lease.task_pk).exclude(pk=lease.lane_pk)
