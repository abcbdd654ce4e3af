"""Precedence: which task goes first. Previews and cancelled tasks never wait behind runs, one's own or others'.

A message only wakes a worker, so it does not matter for which task it was sent: a job for a run that finds a preview
waiting works on the preview, and the run's job is enqueued again. A person may have a number of runs, and as many
previews, worked on at a time; more wait until one of them ends.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from course_discovery_bulk.choices import RESTING_TASK_STATUSES, TaskStatus
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.db.clock import after
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask
from course_discovery_bulk.workers.leases import LIVE
from course_discovery_bulk.workers.pauses import DUE

ACTIVE: Final = (TaskStatus.VALIDATING, TaskStatus.PROCESSING)
IS_PREVIEW: Final = Q(options__dry_run=True, started_at__isnull=True)  # one that was applied is a run
IS_RUN: Final = Q(options__dry_run__isnull=True) | Q(started_at__isnull=False)
IS_URGENT: Final = IS_PREVIEW | Q(cancel_requested_at__isnull=False)
STARVED_SECONDS: Final = 60.0  # after so long without a turn, a run takes its turn whoever waits
MOST_CANDIDATES: Final = 20


def is_preview(task: BulkOperationTask) -> bool:
    """Whether a task only plans: nothing of it has been applied."""
    return bool(task.options.get("dry_run")) and task.started_at is None


def has_to_queue(task: BulkOperationTask, settings: BulkSettings) -> bool:
    """Whether a task that has not begun waits until others of its uploader have ended."""
    if task.status != TaskStatus.PENDING or task.cancel_requested_at:
        return False
    return at_work(task).count() >= settings.active_tasks_per_user


def at_work(task: BulkOperationTask) -> QuerySet[BulkOperationTask]:
    """The rivals of a task that are worked on; edited previews take little time, and do not count."""
    return rivals(task).filter(status__in=ACTIVE, recheck_since__isnull=True)


def rivals(task: BulkOperationTask) -> QuerySet[BulkOperationTask]:
    """The tasks of the same person that a task shares its limit with: runs with runs, previews with previews."""
    own = BulkOperationTask.objects.filter(uploaded_by_id=task.uploaded_by_id).exclude(pk=task.pk)
    return own.filter(IS_PREVIEW if is_preview(task) else IS_RUN)


def next_to_begin(task: BulkOperationTask) -> list[int]:
    """The first run and the first preview of its uploader that have not begun: one of them may, now that this ended."""
    waiting = BulkOperationTask.objects.filter(status=TaskStatus.PENDING, uploaded_by_id=task.uploaded_by_id)
    in_order = waiting.order_by("created", "pk").values_list("pk", flat=True)
    firsts = (in_order.filter(kind).first() for kind in (IS_PREVIEW, IS_RUN))
    return [pk for pk in firsts if pk is not None]


def find_urgent(settings: BulkSettings, *, but: int) -> int | None:
    """The preview, or cancelled task, that has waited longest for a worker, other than `but`; None if none waits."""
    return _first_that_may_begin(_waiting(but).filter(IS_URGENT), settings)


def somebody_waits(settings: BulkSettings, *, but: int) -> bool:
    """Whether any other task waits for a worker."""
    return _first_that_may_begin(_waiting(but), settings) is not None


def takes_precedence(task_pk: int, settings: BulkSettings) -> int | None:
    """The task that a job goes to in place of its own; None if it goes to its own, as it does after a long wait."""
    runs = BulkOperationTask.objects.filter(IS_RUN, pk=task_pk, cancel_requested_at__isnull=True)
    is_fed = runs.exclude(status__in=RESTING_TASK_STATUSES).filter(modified__gt=after(-STARVED_SECONDS))
    return find_urgent(settings, but=task_pk) if is_fed.exists() else None


def _waiting(but: int) -> QuerySet[BulkOperationTask]:
    """Tasks that are due, with a job on its way and nobody at work."""
    lanes = BulkOperationLane.objects.filter(task_id=OuterRef("pk"))
    return (
        BulkOperationTask.objects.filter(DUE)
        .exclude(status__in=RESTING_TASK_STATUSES)
        .exclude(pk=but)
        .filter(Exists(lanes.filter(next_ring_at__isnull=False)))
        .exclude(Exists(lanes.filter(LIVE)))
    )


def _first_that_may_begin(tasks: QuerySet[BulkOperationTask], settings: BulkSettings) -> int | None:
    in_order = tasks.order_by("modified", "pk")[:MOST_CANDIDATES]
    return next((task.pk for task in in_order if not has_to_queue(task, settings)), None)
