"""The queue: what an upload that has not begun waits for, and its place among those of the same person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from course_discovery_bulk import conf
from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.precedence import at_work, has_to_queue, rivals


@dataclass(frozen=True, kw_only=True)
class QueuePlace:
    """`behind` is the id of the upload that began first of those at work; `position` is 1 for the next to begin."""

    behind: int
    position: int


def place_in_queue(task: BulkOperationTask) -> QueuePlace | None:
    """Where a task stands that waits for others of its uploader; None if it waits for none of them."""
    if not has_to_queue(task, conf.read()):
        return None
    first = at_work(task).order_by("created", "pk").values_list("pk", flat=True).first()
    is_earlier = Q(created__lt=task.created) | Q(created=task.created, pk__lt=task.pk)
    ahead = rivals(task).filter(is_earlier, status=TaskStatus.PENDING).count()
    return QueuePlace(behind=first, position=ahead + 1) if first else None
