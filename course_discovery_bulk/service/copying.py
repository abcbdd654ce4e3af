"""A follow-up made of rows of another task: they keep their line numbers, and the file is not read again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils import timezone, translation

from course_discovery_bulk import conf
from course_discovery_bulk.access import User
from course_discovery_bulk.choices import OriginKind
from course_discovery_bulk.db.statements import in_batches, literal_bytes
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.problems import READING_CODES
from course_discovery_bulk.tasks import ring
from course_discovery_bulk.workers.redispatch import expect_job, patience

CHUNK: Final = 500
ROW_BYTES: Final = 1000  # of a row in a statement, besides its texts
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


def make_copy(
    task: BulkOperationTask,
    owner: User,
    rows: Iterable[BulkOperationRow],
    *,
    count: int,
    kind: OriginKind,
    options: Mapping[str, Any],
    **fields: Any,
) -> BulkOperationTask:
    """Record a follow-up of these rows in the name of its owner, and enqueue it; IntegrityError if it is there."""
    language = task.language if owner.pk == task.uploaded_by_id else translation.get_language()
    child = BulkOperationTask(
        **{name: getattr(task, name) for name in COPIED},
        options=dict(options),
        uploaded_by_id=owner.pk,
        language=language or "",
        task_id=str(uuid.uuid4()),
        total_count=count,
        ingested_at=timezone.now(),
        origin=task,
        origin_kind=kind,
        **fields,
    )
    with transaction.atomic():
        child.save()
        for batch in in_batches((_of(child, row) for row in rows), _bytes_of):
            BulkOperationRow.objects.bulk_create(batch, batch_size=CHUNK)
        _copy_edits(task, child)
        expect_job(child.pk, ring_again_after=patience(conf.read()))
        transaction.on_commit(partial(ring, child.pk, celery_id=child.task_id), robust=True)
    return child


def copied_row(row: BulkOperationRow, **kept: Any) -> BulkOperationRow:
    """The row as it was read, to be checked again, with what else is kept of it."""
    return BulkOperationRow(
        line=row.line,
        origin_line=row.line,
        group=row.group,
        cells=row.cells,
        problems=[found for found in row.problems if found["code"] in READING_CODES],
        **kept,
    )


def _copy_edits(task: BulkOperationTask, child: BulkOperationTask) -> None:
    """What was edited in the rows stands beside them in the follow-up as well."""
    lines = set(child.rows.values_list("line", flat=True)) if task.edits.exists() else set()
    edits = [edit for edit in task.edits.order_by("pk").iterator(chunk_size=CHUNK) if edit.line in lines]
    for edit in edits:
        edit.pk, edit.task = None, child
    RowEdit.objects.bulk_create(edits, batch_size=CHUNK)


def _of(task: BulkOperationTask, row: BulkOperationRow) -> BulkOperationRow:
    row.task = task
    return row


def _bytes_of(row: BulkOperationRow) -> int:
    return ROW_BYTES + sum(map(literal_bytes, (row.cells, row.problems, row.steps, row.changes)))
