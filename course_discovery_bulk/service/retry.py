"""Retries: a task made of the rows of another that are not done, with only the steps that are missing.

Rows keep their line numbers, and the steps that are done or whose outcome is not known; the file is not read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import IntegrityError
from django.db.models import Q, QuerySet

from course_discovery_bulk.access import User
from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES, OriginKind, RowStatus, StepState
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.exceptions import BulkOperationError
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.problems import STALE
from course_discovery_bulk.service.copying import copied_row, make_copy
from course_discovery_bulk.service.lineage import left_to_fix

CHUNK: Final = 500
RETRIED: Final = TO_FIX_ROW_STATUSES - {RowStatus.INVALID}
CREATING: Final = frozenset(act for act, policy in ACTS.items() if policy.creates)


class NothingToRetry(BulkOperationError):
    """The task has not ended, or no row of it could end otherwise by being tried again."""


def retry_of(task: BulkOperationTask) -> BulkOperationTask | None:
    """The task that retries this one; None where nobody has asked for it."""
    return BulkOperationTask.objects.filter(parent=task).first()


def can_retry(task: BulkOperationTask) -> bool:
    """Whether a retry has anything to do."""
    return any(_rows_that_can_end_otherwise(task))


def rows_to_retry(task: BulkOperationTask) -> QuerySet[BulkOperationRow]:
    """The rows that a retry would take up; none while the task has not ended.

    Invalid rows are to be corrected in the file first. Where the upload said all or nothing they belong to all.
    """
    if not task.is_final:
        return task.rows.none()
    chosen = Q(status__in=RETRIED)
    if task.is_all_or_nothing:
        chosen |= Q(status=RowStatus.INVALID)
    return left_to_fix(task).filter(chosen)


def make_retry(task: BulkOperationTask, owner: User) -> tuple[BulkOperationTask, bool]:
    """The task that retries this one in the name of its owner, and whether it was there before; NothingToRetry."""
    earlier = retry_of(task)
    if earlier:
        return earlier, True
    rows = list(_rows_that_can_end_otherwise(task))
    if not rows:
        raise NothingToRetry(task.pk)
    try:
        child = make_copy(
            task, owner, map(_copy, rows), count=len(rows), kind=OriginKind.RETRY, options=_options(task), parent=task
        )
    except IntegrityError:
        earlier = retry_of(task)
        if earlier is None:
            raise
        return earlier, True
    return child, False


def _rows_that_can_end_otherwise(task: BulkOperationTask) -> Iterator[BulkOperationRow]:
    rows = rows_to_retry(task).order_by("line").iterator(chunk_size=CHUNK)
    return (row for row in rows if _can_end_otherwise(row))


def _options(task: BulkOperationTask) -> dict[str, Any]:
    """As the upload said; a preview that was applied is not asked for once more."""
    was_tried = task.rows.filter(started_at__isnull=False).exists()
    return {name: value for name, value in task.options.items() if name != "dry_run" or not was_tried}


def _can_end_otherwise(row: BulkOperationRow) -> bool:
    """Whether a retry may bring a row further than it is.

    What discovery did not keep it would not keep again: such a row has no step left to do. What is no longer as a
    preview has shown it must be shown again.
    """
    if row.status == RowStatus.PARTLY_DONE:
        return any(step["state"] != StepState.DONE for step in row.steps)
    return all(found["code"] != STALE.code for found in row.problems)


def _copy(row: BulkOperationRow) -> BulkOperationRow:
    keeps_steps = bool(row.fingerprint) or _left_something(row)
    return copied_row(
        row,
        steps=[_unsent_again(step) for step in row.steps] if keeps_steps else [],
        changes=row.changes if keeps_steps else {},
        action=row.action if keeps_steps else "",
        object_key=row.object_key if keeps_steps else "",
        object_url=row.object_url,
        fingerprint=row.fingerprint,
    )


def _unsent_again(step: dict[str, Any]) -> dict[str, Any]:
    """A step that was settled as not done; where all are, a plan that was shown is compared with what is there now."""
    return {**step, "sent_at": None} if step["state"] == StepState.PLANNED else step


def _left_something(row: BulkOperationRow) -> bool:
    """Whether steps took effect, or may have: changes alone are planned anew from what discovery holds by then."""
    touched = [step for step in row.steps if step["state"] != StepState.PLANNED]
    return any(step["act"] in CREATING or step["state"] == StepState.SENDING for step in touched)
