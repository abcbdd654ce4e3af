"""Follow-ups: the tasks that correct, retry or undo another, seen from both ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet

from course_discovery_bulk.access import User, visible_tasks
from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES, OriginKind, TaskStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

FollowUps = Mapping[int, Sequence[BulkOperationTask]]


def follow_ups_of(tasks: Iterable[BulkOperationTask], user: User) -> FollowUps:
    """The follow-ups of tasks that the user may see, oldest first, by the id of their origin; one query for all."""
    found: defaultdict[int, list[BulkOperationTask]] = defaultdict(list)
    shown = ("origin", "origin_kind", "status", "original_filename")
    of_these = visible_tasks(user).select_related(None).filter(origin__in=[task.pk for task in tasks])
    for task in of_these.order_by("pk").only(*shown):
        found[task.origin_id or 0].append(task)
    return found


def newest_follow_up(task: BulkOperationTask, kind: OriginKind) -> BulkOperationTask | None:
    """The newest follow-up of a kind that was not discarded."""
    made = task.follow_ups.filter(origin_kind=kind).exclude(status=TaskStatus.CANCELLED)
    return made.order_by("-pk").first()


def left_to_fix(task: BulkOperationTask) -> QuerySet[BulkOperationRow]:
    """The rows that need fixing and that no follow-up has taken: neither done nor in one that goes on or has failed.

    Those of a follow-up that was cancelled are free again, but for what it had done.
    """
    taken = BulkOperationRow.objects.filter(
        task__origin=task, task__origin_kind__in=(OriginKind.CORRECTION, OriginKind.RETRY), origin_line__isnull=False
    ).exclude(task__status=TaskStatus.CANCELLED)
    rows = task.rows.filter(status__in=TO_FIX_ROW_STATUSES, fixed_by__isnull=True)
    return rows.exclude(line__in=taken.values("origin_line"))
