"""Claiming: a worker takes a lane of a task, in one short transaction that locks the row of the task first.

So two workers never take the same lane, and a task never has more lanes at work than it may have. A task that has not
begun also locks the account of its uploader: tasks of one person begin one after the other, and never too many.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from course_discovery_bulk.choices import RESTING_TASK_STATUSES, OnError, TaskStatus
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.db.clock import after
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask
from course_discovery_bulk.workers.leases import DEAD, LIVE, Lease
from course_discovery_bulk.workers.pauses import DUE
from course_discovery_bulk.workers.precedence import has_to_queue
from course_discovery_bulk.workers.task_life import TaskEvent, status_after

BEGUN: Final = status_after(TaskEvent.CLAIMED, TaskStatus.PENDING)


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


def _claim(task_pk: int, owner: str, settings: BulkSettings) -> Lease | None:
    unbegun = BulkOperationTask.objects.filter(pk=task_pk, status=TaskStatus.PENDING)
    uploader_pk = unbegun.values_list("uploaded_by_id", flat=True).first()
    with transaction.atomic():
        tasks = BulkOperationTask.objects.filter(DUE, pk=task_pk).exclude(status__in=RESTING_TASK_STATUSES)
        if not tasks.update(epoch=F("epoch") + 1, modified=timezone.now()):
            return None
        _lock_uploader(uploader_pk)
        task = BulkOperationTask.objects.get(pk=task_pk)
        if has_to_queue(task, settings):
            return None
        lane = _free_lane(task, settings)
        if lane is None:
            return None
        BulkOperationLane.objects.filter(pk=lane.pk).update(
            epoch=task.epoch, lease_owner=owner, lease_until=after(settings.lease_seconds), next_ring_at=None
        )
        # From here on it is one of those that its uploader may have at a time.
        BulkOperationTask.objects.filter(pk=task_pk, status=TaskStatus.PENDING).update(status=BEGUN)
    return Lease(task_pk=task_pk, lane_pk=lane.pk, epoch=task.epoch, owner=owner, seconds=settings.lease_seconds)


def _lock_uploader(uploader_pk: int | None) -> None:
    """Wait until no other task of the same person is about to begin; None for a task that has begun.

    This comes before the first plain read of the transaction: what that reads is then what the others have committed.
    SQLite has no such lock and needs none, since there the update before has locked the whole database.
    """
    if uploader_pk is not None:
        accounts: Any = get_user_model()
        list(accounts.objects.select_for_update().filter(pk=uploader_pk).values_list("pk", flat=True))


def _taken_by(owner: str, task_pk: int, settings: BulkSettings) -> Lease | None:
    lane = BulkOperationLane.objects.filter(LIVE, task_id=task_pk, lease_owner=owner).first()
    if lane is None:
        return None
    return Lease(task_pk=task_pk, lane_pk=lane.pk, epoch=lane.epoch, owner=owner, seconds=settings.lease_seconds)


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
