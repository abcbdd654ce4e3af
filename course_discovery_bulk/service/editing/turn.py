"""The turn of whoever edits: one conditional update takes the preview for them, and everything else waits for it.

The same update makes a preview that can be applied one that cannot: of an edit and an apply at once exactly one wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from course_discovery_bulk import conf
from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.pipeline.record import was_sent
from course_discovery_bulk.pipeline.relate import rows_on
from course_discovery_bulk.service.editing.refusals import Edited, LineNotFound, NotEditable
from course_discovery_bulk.service.jobs import expect
from course_discovery_bulk.tasks import ring
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers.task_life import TaskEvent, status_after
from course_discovery_bulk.workers.time_slice import recheck_briefly

PAGE: Final = 500
EDITED: Final = status_after(TaskEvent.EDITED, TaskStatus.VALIDATED)
EDITABLE: Final = Q(status=TaskStatus.VALIDATED) | Q(status=EDITED, recheck_since__isnull=False)


def can_edit(task: BulkOperationTask) -> bool:
    """Whether the rows of a task can be edited: it is a preview, and its uploader's rights are there to check them."""
    is_preview = task.status == TaskStatus.VALIDATED or (task.status == EDITED and task.recheck_since is not None)
    return bool(is_preview and not task.cancel_requested_at and task.uploaded_by and task.uploaded_by.is_active)


def edit_rows(task: BulkOperationTask, make_edits: Callable[[datetime], Sequence[RowEdit]], *, rings: bool) -> Edited:
    """Make edits all or none, and have their rows checked: here, if they are few, or by a worker.

    `make_edits` changes the rows, with the preview taken for it, and gives the edits; whatever it raises leaves
    everything as it was. A caller that does not ring works on the task itself.
    """
    asked_at = timezone.now()
    try:
        with transaction.atomic():
            _take(task, asked_at)
            edits = make_edits(asked_at)
            if not edits:
                raise _NothingToDo
            RowEdit.objects.bulk_create(edits, batch_size=PAGE)
            lines = {edit.line for edit in edits}
            is_brief = rings and len(lines) <= conf.read().edit_at_once_rows
            expect(task, rings=rings and not is_brief)
    except _NothingToDo:
        task.refresh_from_db()
        return Edited(changed=0, waits=task.status != TaskStatus.VALIDATED)
    if is_brief:
        _check_here(task)
    task.refresh_from_db()
    rows = task.rows.filter(modified__gte=asked_at).order_by("line") if is_brief else ()
    return Edited(changed=len(lines), rows=tuple(rows), waits=task.status != TaskStatus.VALIDATED)


def find_rows(task: BulkOperationTask, lines: Iterable[int]) -> dict[int, BulkOperationRow]:
    """Rows to edit, by line; LineNotFound, or NotEditable if calls were made for one of them."""
    wanted = set(lines)
    found = {row.line: row for row in rows_on(task, wanted)}
    if missing := wanted - found.keys():
        raise LineNotFound(missing)
    if sent := next((row.line for row in found.values() if was_sent(row)), None):
        text = _("Row {line} was sent to the catalog before, so it can't be edited.")
        raise NotEditable(Phrase(text, line=sent))
    return found


class _NothingToDo(Exception):
    """Everything is as it is to be."""


def _take(task: BulkOperationTask, now: datetime) -> None:
    """Take the preview: other edits wait, and nobody can apply it before it is checked."""
    if task.uploaded_by is None or not task.uploaded_by.is_active:
        raise NotEditable(Phrase(_("The uploader's account is gone, so these rows can't be checked any more.")))
    previews = BulkOperationTask.objects.filter(EDITABLE, pk=task.pk, cancel_requested_at__isnull=True)
    taken = previews.update(status=EDITED, edit_epoch=F("edit_epoch") + 1, recheck_since=now, modified=now)
    if not taken:
        raise NotEditable(Phrase(_("Only a preview that has not been applied or cancelled can be edited.")))


def _check_here(task: BulkOperationTask) -> None:
    following = recheck_briefly(task.pk)
    if following.is_needed:
        ring(task.pk, countdown=following.seconds)
