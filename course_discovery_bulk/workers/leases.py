"""Who works on a task: lanes, each under a lease with an epoch, taken and kept on the database's clock.

A claim is one short transaction that locks the task's row first, so two workers never take the same lane. Every
later write is conditional on the lane still being ours and its lease still running: a worker that was away for
longer than its lease finds out before it does anything else.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from course_discovery_bulk.choices import FINAL_TASK_STATUSES, RESTING_TASK_STATUSES, OnError, TaskStatus
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.db.clock import DatabaseNow, after
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask, CourseLease
from course_discovery_bulk.workers.next_job import NextJob

ACTIVE: Final = (TaskStatus.VALIDATING, TaskStatus.PROCESSING)
LIVE: Final = Q(lease_until__gt=DatabaseNow()) & ~Q(lease_owner="")
DEAD: Final = Q(lease_until__lte=DatabaseNow()) & ~Q(lease_owner="")
NOT_OURS: Final = "the task belongs to another worker or has ended"
DUE: Final = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=DatabaseNow())


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to work on one task in one lane until it is lost or released; every write names its epoch."""

    task_pk: int
    lane_pk: int
    epoch: int
    owner: str
    seconds: float


def width(task: BulkOperationTask, settings: BulkSettings) -> int:
    """How many lanes may work on a task now: one while it is read, checked or planned, and one to stop exactly."""
    if task.started_at is None or task.options.get("on_error") == OnError.STOP:
        return 1
    return settings.lanes


def claim(task_pk: int, settings: BulkSettings) -> Lease | None:
    """Take a lane of a task that is due; None where every lane is taken, or nothing is to be done now."""
    owner = uuid.uuid4().hex
    tries = 0

    def take() -> Lease | None:
        nonlocal tries
        tries += 1
        earlier = _taken_by(owner, task_pk, settings) if tries > 1 else None  # the first try may have been committed
        return earlier or _claim(task_pk, owner, settings)

    return persist(take)


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
    if not persist(lambda: _task_of(lease).update(modified=timezone.now(), **fields)):
        raise LeaseLost(NOT_OURS)


def write_stop(lease: Lease, **fields: Any) -> None:
    """Write that a task stops, and why, as one of its workers; where another lane was faster, that stays."""
    stopping = _task_of(lease).filter(stopped_for__isnull=True)
    persist(lambda: stopping.update(pauses=0, modified=timezone.now(), **fields))  # what ends it has pauses of its own


def rest(lease: Lease, seconds: float, *, is_told: bool) -> float:
    """Let a task rest for so long; the seconds that it rests, 0.0 where somebody has cancelled it meanwhile.

    Another lane may have met the same outage and put it to rest already: then it rests longer only where discovery has
    said how long (`is_told`), and it counts as one pause.
    """
    return persist(partial(_rest, lease, seconds, is_told))


def _rest(lease: Lease, seconds: float, is_told: bool) -> float:  # noqa: FBT001 - from above alone
    with transaction.atomic():
        if not _task_of(lease).update(modified=timezone.now()):  # locks the row: nobody cancels it in between
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


def count_interruption(lease: Lease) -> None:
    """Count a job that was interrupted before the first row was sent, as long as that can be written at all."""
    with suppress(OperationalError, InterfaceError):
        _task_of(lease).filter(started_at__isnull=True).update(claims_without_progress=F("claims_without_progress") + 1)


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


def database_time(lease: Lease) -> datetime:
    """The database's clock now: the one clock that all workers share."""
    clock = BulkOperationTask.objects.annotate(database_now=DatabaseNow()).values_list("database_now", flat=True)
    return persist(lambda: clock.get(pk=lease.task_pk))


def patience(settings: BulkSettings) -> float:
    """How long after ringing, in seconds, a job is taken for lost."""
    return 2 * (settings.sweep_seconds or BulkSettings().sweep_seconds)


def expect_job(task_pk: int, *, ring_again_after: float) -> None:
    """Note that a job is on its way to a task, so that it is rung for again should that job be lost."""
    lanes = BulkOperationLane.objects.filter(task_id=task_pk)
    waiting = lanes.filter(Q(number=0) | Q(next_ring_at__isnull=False), lease_owner="")
    if not waiting.update(next_ring_at=after(ring_again_after)) and not lanes.exists():
        BulkOperationLane.objects.bulk_create(
            [BulkOperationLane(task_id=task_pk, number=0, next_ring_at=after(ring_again_after))],
            ignore_conflicts=True,
        )


def is_looked_after(task_pk: int) -> bool:
    """Whether a worker is at the task, somebody rings for it, or no job has anything to do."""
    return not unattended().filter(pk=task_pk).exists()


def unattended() -> QuerySet[BulkOperationTask]:
    """Tasks that want a job, while no worker is at them and nobody rings."""
    attended = BulkOperationLane.objects.filter(~Q(lease_owner="") | Q(next_ring_at__isnull=False))
    return BulkOperationTask.objects.exclude(status__in=RESTING_TASK_STATUSES).exclude(
        Exists(attended.filter(task_id=OuterRef("pk")))
    )


def take_idle_lanes(task_pk: int, wanted: int, *, ring_again_after: float) -> int:
    """Mark up to so many lanes that nobody rings for as rung, and make those that are missing; how many to ring."""
    return persist(partial(_take_idle_lanes, task_pk, wanted, ring_again_after))


def _take_idle_lanes(task_pk: int, wanted: int, ring_again_after: float) -> int:
    with transaction.atomic():
        BulkOperationTask.objects.filter(pk=task_pk).update(epoch=F("epoch"))  # locks the row against other claims
        lanes = list(BulkOperationLane.objects.filter(task_id=task_pk))
        busy = [lane for lane in lanes if lane.lease_owner or lane.next_ring_at]
        idle = [lane for lane in lanes if lane not in busy]
        missing = max(0, wanted - len(busy))
        numbers = [number for number in range(wanted) if number not in {lane.number for lane in lanes}]
        for lane in idle[:missing]:
            BulkOperationLane.objects.filter(pk=lane.pk).update(next_ring_at=after(ring_again_after))
        for number in numbers[: max(0, missing - len(idle))]:
            BulkOperationLane.objects.create(task_id=task_pk, number=number, next_ring_at=after(ring_again_after))
    return missing


def _claim(task_pk: int, owner: str, settings: BulkSettings) -> Lease | None:
    with transaction.atomic():
        tasks = BulkOperationTask.objects.filter(DUE, pk=task_pk).exclude(status__in=RESTING_TASK_STATUSES)
        if not tasks.update(epoch=F("epoch") + 1, modified=timezone.now()):
            return None
        task = BulkOperationTask.objects.get(pk=task_pk)
        if _has_to_queue(task, settings):
            return None
        lane = _free_lane(task, settings)
        if lane is None:
            return None
        BulkOperationLane.objects.filter(pk=lane.pk).update(
            epoch=task.epoch, lease_owner=owner, lease_until=after(settings.lease_seconds), next_ring_at=None
        )
        # From here on it is one of those that its uploader may have at a time.
        BulkOperationTask.objects.filter(pk=task_pk, status=TaskStatus.PENDING).update(status=TaskStatus.VALIDATING)
    return Lease(task_pk=task_pk, lane_pk=lane.pk, epoch=task.epoch, owner=owner, seconds=settings.lease_seconds)


def _taken_by(owner: str, task_pk: int, settings: BulkSettings) -> Lease | None:
    lane = BulkOperationLane.objects.filter(LIVE, task_id=task_pk, lease_owner=owner).first()
    if lane is None:
        return None
    return Lease(task_pk=task_pk, lane_pk=lane.pk, epoch=lane.epoch, owner=owner, seconds=settings.lease_seconds)


def _has_to_queue(task: BulkOperationTask, settings: BulkSettings) -> bool:
    """Whether a task that has not begun waits for others of its uploader to end."""
    if task.status != TaskStatus.PENDING or task.cancel_requested_at:
        return False
    others = BulkOperationTask.objects.filter(uploaded_by_id=task.uploaded_by_id, status__in=ACTIVE)
    return others.count() >= settings.active_tasks_per_user


def _free_lane(task: BulkOperationTask, settings: BulkSettings) -> BulkOperationLane | None:
    """A lane to work in, after burying those whose workers died; None where enough are at work."""
    lanes = BulkOperationLane.objects.filter(task=task)
    if lanes.filter(DEAD).update(lease_owner="", lease_until=None, next_ring_at=None):
        BulkOperationTask.objects.filter(pk=task.pk).update(claims_without_progress=F("claims_without_progress") + 1)
    if lanes.filter(LIVE).count() >= width(task, settings):
        return None
    free = lanes.filter(lease_owner="").order_by(F("next_ring_at").asc(nulls_last=True), "number").first()
    if free:
        return free
    numbers = set(lanes.values_list("number", flat=True))
    return BulkOperationLane.objects.create(
        task=task, number=next(number for number in range(len(numbers) + 1) if number not in numbers)
    )


def _own(lease: Lease) -> QuerySet[BulkOperationLane]:
    return BulkOperationLane.objects.filter(
        LIVE, pk=lease.lane_pk, task_id=lease.task_pk, epoch=lease.epoch, lease_owner=lease.owner
    )


def _task_of(lease: Lease) -> QuerySet[BulkOperationTask]:
    """The task of a lane, as long as the lane is ours and the task has not ended."""
    tasks = BulkOperationTask.objects.filter(Exists(_own(lease)), pk=lease.task_pk)
    return tasks.exclude(status__in=FINAL_TASK_STATUSES)


def live_lanes_of_others(lease: Lease) -> QuerySet[BulkOperationLane]:
    """Lanes of the same task where somebody else is at work."""
    return BulkOperationLane.objects.filter(LIVE, task_id=lease.task_pk).exclude(pk=lease.lane_pk)


def somebody_waits(lease: Lease) -> bool:
    """Whether another task that is due has a job on its way and no lane at work."""
    others = (
        BulkOperationTask.objects.filter(DUE)
        .exclude(status__in=RESTING_TASK_STATUSES)
        .exclude(pk=lease.task_pk)
        .filter(Exists(BulkOperationLane.objects.filter(task_id=OuterRef("pk"), next_ring_at__isnull=False)))
        .exclude(Exists(BulkOperationLane.objects.filter(LIVE, task_id=OuterRef("pk"))))
    )
    return others.exists()
