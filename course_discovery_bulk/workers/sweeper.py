"""Rescue: finds what stands still because a job was lost or its worker died, and says which tasks to ring for.

A lost job costs delay and nothing else: every lane notes when it is to be rung for at the latest. Any number of
sweeps may run at once; each lane is given to one of them by a conditional update.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from course_discovery_bulk.choices import RESTING_TASK_STATUSES, TaskStatus
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.db.clock import DatabaseNow, after
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask, CourseLease
from course_discovery_bulk.workers import course_leases
from course_discovery_bulk.workers.leases import DEAD
from course_discovery_bulk.workers.pauses import DUE
from course_discovery_bulk.workers.precedence import IS_PREVIEW, IS_RUN
from course_discovery_bulk.workers.redispatch import expect_job, patience, unattended
from course_discovery_bulk.workers.task_life import TaskEvent, status_after

WOKEN: Final = status_after(TaskEvent.CANCELLED, TaskStatus.VALIDATED)
LONG_QUEUE: Final = 10  # times the patience
MOST_AT_ONCE: Final = 500  # lanes; the rest is found by the next sweep


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a sweep found: a task for every job to send, and how many lanes had lost their worker."""

    to_ring: tuple[int, ...]
    dead_lanes: int
    to_tell: tuple[int, ...] = ()  # tasks of whose end, or ready preview, somebody is still to be told


def sweep(settings: BulkSettings) -> Found:
    """Note every lane that is overdue as rung for now; whoever calls this then rings."""
    _wake_cancelled_previews()
    forgotten = Q(task_id__in=_expect_jobs_of_unattended())
    overdue = Q(lease_owner="", next_ring_at__lte=DatabaseNow())
    overdue &= forgotten | ~(_is_moving(settings) & _is_recent(settings))
    abandoned = DEAD & (Q(next_ring_at__isnull=True) | Q(next_ring_at__lte=DatabaseNow()))
    lanes = BulkOperationLane.objects.filter(overdue | abandoned, Exists(_tasks_to_ring(settings)))
    to_ring, dead = [], 0
    for lane in lanes.order_by("next_ring_at")[:MOST_AT_ONCE]:
        seen = BulkOperationLane.objects.filter(
            pk=lane.pk, epoch=lane.epoch, lease_owner=lane.lease_owner, next_ring_at=lane.next_ring_at
        )
        if seen.update(next_ring_at=after(patience(settings))):
            to_ring.append(lane.task_id)
            dead += bool(lane.lease_owner)
    return Found(to_ring=tuple(to_ring), dead_lanes=dead, to_tell=tuple(_overdue_notices(settings)))


def _is_moving(settings: BulkSettings) -> Exists:
    """Tasks that a lane was taken of just now: jobs of theirs are not lost, they wait in the queue behind others.

    To ring for these would add a job to the queue at every sweep, each of which rings for itself again.
    """
    taken = BulkOperationTask.objects.filter(epoch__gt=0, modified__gt=after(-patience(settings)))
    return Exists(taken.filter(pk=OuterRef("task_id")).exclude(status=TaskStatus.PENDING))


def _is_recent(settings: BulkSettings) -> Q:
    """Lanes that are not overdue for so long that their job must be lost, however long the queue is."""
    return Q(next_ring_at__gt=after(-LONG_QUEUE * patience(settings)))


def forget_dead_course_leases() -> int:
    """Remove leases of courses whose lane is gone: nobody minds them, they only take room."""
    dead = list(CourseLease.objects.exclude(pk__in=course_leases.held().values("pk")).values_list("pk", flat=True))
    return CourseLease.objects.filter(pk__in=dead).delete()[0]  # by what was seen: others are taken meanwhile


def _tasks_to_ring(settings: BulkSettings) -> QuerySet[BulkOperationTask]:
    """Tasks that want a job now; of those that only queue, the ones that may begin, and those that may end."""
    wanted = BulkOperationTask.objects.filter(DUE, pk=OuterRef("task_id")).exclude(status__in=RESTING_TASK_STATUSES)
    earlier = BulkOperationTask.objects.filter(
        status=TaskStatus.PENDING, uploaded_by_id=OuterRef("uploaded_by_id"), pk__lt=OuterRef("pk")
    )
    has_begun = ~Q(status=TaskStatus.PENDING) | Q(cancel_requested_at__isnull=False)
    is_first = (IS_PREVIEW & ~Exists(earlier.filter(IS_PREVIEW))) | (IS_RUN & ~Exists(earlier.filter(IS_RUN)))
    return wanted.filter(has_begun | is_first)


def _wake_cancelled_previews() -> None:
    """A preview that was cancelled while it was being saved, by a worker that crashed right after, must end as well."""
    previews = BulkOperationTask.objects.filter(status=TaskStatus.VALIDATED, cancel_requested_at__isnull=False)
    previews.update(status=WOKEN, started_at=timezone.now())  # nobody attends to them: they are rung for below


def _overdue_notices(settings: BulkSettings) -> Iterator[int]:
    overdue = BulkOperationTask.objects.filter(
        notice_due_at__lte=DatabaseNow(), status__in=RESTING_TASK_STATUSES
    ).order_by("notice_due_at")
    for pk, due in overdue.values_list("pk", "notice_due_at")[:MOST_AT_ONCE]:
        seen = BulkOperationTask.objects.filter(pk=pk, notice_due_at=due)
        if seen.update(notice_due_at=after(patience(settings))):
            yield pk


def _expect_jobs_of_unattended() -> list[int]:
    """Tasks that were recorded before there were lanes, and those whose last worker thought that another was there."""
    found = list(unattended().values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in found:
        expect_job(pk, ring_again_after=0.0)
    return found
