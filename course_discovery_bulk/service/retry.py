"""Retries: a task made of the rows of another that are not done, with only the steps that are missing.

Rows keep their line numbers, and the steps that are done or whose outcome is not known; the file is not read again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from course_discovery_bulk import conf
from course_discovery_bulk.access import User
from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES, RowStatus, StepState
from course_discovery_bulk.db.statements import in_batches, literal_bytes
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.exceptions import BulkOperationError
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.problems import READING_CODES, STALE
from course_discovery_bulk.tasks import ring
from course_discovery_bulk.workers.redispatch import expect_job, patience

CHUNK: Final = 500
ROW_BYTES: Final = 1000  # of a row in a statement, besides its texts
RETRIED: Final = TO_FIX_ROW_STATUSES - {RowStatus.INVALID}
CREATING: Final = frozenset(act for act, policy in ACTS.items() if policy.creates)
COPIED: Final = (
    "csv_file",
    "original_filename",
    "file_sha256",
    "file_size",
    "headers",
    "reading",
    "mapping",
    "signature",
    "site_domain",
    "task_type",
)


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
    return task.rows.filter(chosen)


def make_retry(task: BulkOperationTask, owner: User) -> tuple[BulkOperationTask, bool]:
    """The task that retries this one in the name of its owner, and whether it was there before; NothingToRetry."""
    earlier = retry_of(task)
    if earlier:
        return earlier, True
    rows = list(_rows_that_can_end_otherwise(task))
    if not rows:
        raise NothingToRetry(task.pk)
    child = BulkOperationTask(
        **{name: getattr(task, name) for name in COPIED},
        options=_options(task),
        uploaded_by_id=owner.pk,
        language=(task.language if owner.pk == task.uploaded_by_id else translation.get_language()) or "",
        task_id=str(uuid.uuid4()),
        total_count=len(rows),
        ingested_at=timezone.now(),
        parent=task,
    )
    try:
        with transaction.atomic():
            child.save()
            for batch in in_batches((_copy(row, child) for row in rows), _bytes_of):
                BulkOperationRow.objects.bulk_create(batch, batch_size=CHUNK)
            _copy_edits(task, child, {row.line for row in rows})
            expect_job(child.pk, ring_again_after=patience(conf.read()))
            transaction.on_commit(partial(ring, child.pk, celery_id=child.task_id), robust=True)
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


def _bytes_of(row: BulkOperationRow) -> int:
    return ROW_BYTES + sum(map(literal_bytes, (row.cells, row.problems, row.steps, row.changes)))


def _copy(row: BulkOperationRow, child: BulkOperationTask) -> BulkOperationRow:
    keeps_steps = bool(row.fingerprint) or _left_something(row)
    return BulkOperationRow(
        task=child,
        line=row.line,
        group=row.group,
        cells=row.cells,
        problems=[found for found in row.problems if found["code"] in READING_CODES],
        steps=[_unsent_again(step) for step in row.steps] if keeps_steps else [],
        changes=row.changes if keeps_steps else {},
        action=row.action if keeps_steps else "",
        object_key=row.object_key if keeps_steps else "",
        object_url=row.object_url,
        fingerprint=row.fingerprint,
    )


def _copy_edits(task: BulkOperationTask, child: BulkOperationTask, lines: set[int]) -> None:
    """What was edited in the rows stands beside them in the retry as well."""
    edits = [edit for edit in task.edits.order_by("pk").iterator(chunk_size=CHUNK) if edit.line in lines]
    for edit in edits:
        edit.pk, edit.task = None, child
    RowEdit.objects.bulk_create(edits, batch_size=CHUNK)


def _unsent_again(step: dict[str, Any]) -> dict[str, Any]:
    """A step that was settled as not done; where all are, a plan that was shown is compared with what is there now."""
    return {**step, "sent_at": None} if step["state"] == StepState.PLANNED else step


def _left_something(row: BulkOperationRow) -> bool:
    """Whether steps took effect, or may have: changes alone are planned anew from what discovery holds by then."""
    touched = [step for step in row.steps if step["state"] != StepState.PLANNED]
    return any(step["act"] in CREATING or step["state"] == StepState.SENDING for step in touched)
