"""Redispatch: which jobs are on their way, noted at the lanes they are for, so that a lost job is enqueued again."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from course_discovery_bulk.choices import RESTING_TASK_STATUSES
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.db.clock import after
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask


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
