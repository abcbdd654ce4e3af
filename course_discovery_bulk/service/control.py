"""What a caller may ask of a task that is there: apply its preview, cancel it, retry it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from course_discovery_bulk.access import User
from course_discovery_bulk.choices import (
    BAD_ROW_STATUSES,
    FINAL_TASK_STATUSES,
    OnError,
    TaskStatus,
)
from course_discovery_bulk.exceptions import BulkOperationError
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.service.confirmation import Confirmation, require_number
from course_discovery_bulk.service.jobs import expect
from course_discovery_bulk.service.retry import make_retry
from course_discovery_bulk.service.rights import owner_of_retry, refuse_transport
from course_discovery_bulk.service.submission import Submission
from course_discovery_bulk.workers.task_life import TaskEvent, status_after

APPLIED: Mapping[str, Any] = {
    "status": status_after(TaskEvent.APPLIED, TaskStatus.VALIDATED),
    "notice_due_at": None,  # no mail of a preview any more
}


class RowsToFix(BulkOperationError):
    """A preview that writes all rows or none has so many rows to fix; nothing was started."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def apply(
    task: BulkOperationTask,
    *,
    leaves_out_rows_to_fix: bool = False,
    confirmation: Confirmation | None = None,
    rings: bool = True,
) -> bool:
    """Carry out the plan of a preview; False where the task is none, or was applied before.

    A preview that writes all rows or none raises RowsToFix while rows have problems, unless these are to be left out:
    then it goes on as if its upload had said so. Raises ConfirmationNeeded if `confirmation` is given and does not name
    the rows that would be written.
    """
    to_fix = _rows_to_fix(task)
    if to_fix and not leaves_out_rows_to_fix:
        raise RowsToFix(to_fix)
    require_number(task, confirmation)
    chosen = {"options": {**task.options, "on_error": OnError.CONTINUE.value}} if to_fix else {}
    # What was shown is what is written: not if somebody has edited it since.
    shown = BulkOperationTask.objects.filter(pk=task.pk, edit_epoch=task.edit_epoch)
    waiting = shown.filter(status=TaskStatus.VALIDATED)
    now = timezone.now()
    with transaction.atomic():
        is_taken = bool(waiting.update(**APPLIED, **chosen, started_at=now, modified=now))
        if is_taken:
            expect(task, rings=rings)
    task.refresh_from_db()
    return is_taken


def _rows_to_fix(task: BulkOperationTask) -> int:
    """How many rows keep a preview from being applied."""
    if task.status != TaskStatus.VALIDATED or not task.is_all_or_nothing:
        return 0
    return task.rows.filter(status__in=BAD_ROW_STATUSES).count()


def cancel(task: BulkOperationTask, user: User | None = None, *, rings: bool = True) -> bool:
    """Ask a task to stop before its next row; False where it has ended already. A preview is discarded at once.

    `user` is who asks: the uploader needs no mail about what they did themselves.
    """
    now = timezone.now()
    open_tasks = BulkOperationTask.objects.filter(pk=task.pk).exclude(status__in=FINAL_TASK_STATUSES)
    with transaction.atomic():
        asked = {"cancel_requested_at": now, "cancelled_by_id": user.pk if user else None}
        is_asked = bool(open_tasks.update(**asked, next_attempt_at=None, modified=now))
        open_tasks.filter(status=TaskStatus.VALIDATED).update(**APPLIED, started_at=now)
        if is_asked:
            expect(task, rings=rings)
    task.refresh_from_db()
    return is_asked


def retry(task: BulkOperationTask, user: User) -> Submission:
    """Do what is left of a task that has ended; NothingToRetry where nothing is.

    The retry belongs to the uploader and has their rights, whoever asks: the person sees it, and nobody's file gets
    more rights than they have. A task is retried once: asked again, the same retry is given, and it can be retried in
    turn.
    """
    owner = owner_of_retry(task, user)
    refuse_transport(owner)
    child, is_replayed = make_retry(task, owner)
    return Submission(task=child, replayed=is_replayed)
