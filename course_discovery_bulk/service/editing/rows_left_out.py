"""Rows that somebody leaves out of a preview, and puts back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from course_discovery_bulk.access import User
from course_discovery_bulk.choices import EditKind
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.service.editing.refusals import Edited
from course_discovery_bulk.service.editing.turn import PAGE, edit_rows, find_rows


def leave_out(task: BulkOperationTask, lines: Iterable[int], user: User, *, rings: bool = True) -> Edited:
    """Leave rows out of a preview: they are skipped, and others are not compared with them any more.

    Rows that are left out already stay so. Raises NotEditable or LineNotFound.
    """
    change = partial(_change, task, tuple(lines), user, EditKind.LEFT_OUT)
    return edit_rows(task, change, rings=rings)


def put_back(task: BulkOperationTask, lines: Iterable[int], user: User, *, rings: bool = True) -> Edited:
    """Put rows back that were left out: they are checked and planned again."""
    change = partial(_change, task, tuple(lines), user, EditKind.PUT_BACK)
    return edit_rows(task, change, rings=rings)


def _change(
    task: BulkOperationTask, lines: Sequence[int], user: User, kind: EditKind, now: datetime
) -> Sequence[RowEdit]:
    leaves_out = kind is EditKind.LEFT_OUT
    rows = [row for row in find_rows(task, lines).values() if row.is_left_out != leaves_out]
    for start in range(0, len(rows), PAGE):
        page = [row.pk for row in rows[start : start + PAGE]]
        BulkOperationRow.objects.filter(pk__in=page).update(is_left_out=leaves_out, modified=now)
    return [RowEdit(task=task, line=row.line, kind=kind, user_id=user.pk, created=now) for row in rows]
