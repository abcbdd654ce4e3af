"""Corrections: the rows of a task that need fixing, opened as a preview in which they can be edited and applied.

Every row is planned anew from what the catalog holds now. A row that has created something goes on where it stopped
instead: that is what a retry is for.
"""

from __future__ import annotations

from django.db import IntegrityError
from django.db.models import QuerySet

from course_discovery_bulk.access import User
from course_discovery_bulk.choices import FINAL_TASK_STATUSES, OriginKind, RowAction, RowStatus
from course_discovery_bulk.exceptions import BulkOperationError
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.service.copying import copied_row, make_copy
from course_discovery_bulk.service.lineage import left_to_fix, newest_follow_up
from course_discovery_bulk.service.rights import owner_of_retry, refuse_transport
from course_discovery_bulk.service.submission import Submission


class NothingToCorrect(BulkOperationError):
    """The task has not ended, or no row of it needs fixing that is not in a follow-up already."""


def rows_to_correct(task: BulkOperationTask) -> QuerySet[BulkOperationRow]:
    """The rows that a correction would open; none before the task has ended."""
    if not task.is_final:
        return task.rows.none()
    has_created = {
        "action__in": (RowAction.CREATE, RowAction.RERUN),
        "status__in": (RowStatus.PARTLY_DONE, RowStatus.UNKNOWN),
    }
    return left_to_fix(task).exclude(**has_created)


def correction_of(task: BulkOperationTask) -> BulkOperationTask | None:
    """The newest correction of a task that was not discarded."""
    return newest_follow_up(task, OriginKind.CORRECTION)


def correct(task: BulkOperationTask, user: User) -> Submission:
    """Open the rows that need fixing as a preview of the uploader's, whoever asks; NothingToCorrect if there are none.

    There is one at a time: asked again, the same is given until it has ended, and if all rows to fix are in it.
    """
    owner = owner_of_retry(task, user)
    refuse_transport(owner)
    earlier = correction_of(task)
    if earlier and earlier.status not in FINAL_TASK_STATUSES:
        return Submission(task=earlier, replayed=True)
    rows = list(rows_to_correct(task).order_by("line"))
    if not rows and earlier:
        return Submission(task=earlier, replayed=True)
    if not rows:
        raise NothingToCorrect(task.pk)
    return _make(task, owner, rows)


def _make(task: BulkOperationTask, owner: User, rows: list[BulkOperationRow]) -> Submission:
    """The key keeps two that ask at the same time from getting two."""
    number = task.follow_ups.filter(origin_kind=OriginKind.CORRECTION).count() + 1
    try:
        made = make_copy(
            task,
            owner,
            map(copied_row, rows),
            count=len(rows),
            kind=OriginKind.CORRECTION,
            options={**task.options, "dry_run": True},
            idempotency_key=f"correction-{number}-of-{task.pk}",
        )
    except IntegrityError:
        earlier = correction_of(task)
        if earlier is None:
            raise
        return Submission(task=earlier, replayed=True)
    return Submission(task=made, replayed=False)
