"""Undo: a task that puts back what another changed, made as a preview, and what it does with later edits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

from django.core.files import File

from course_discovery_bulk.access import User
from course_discovery_bulk.choices import FINAL_TASK_STATUSES, OriginKind, TaskStatus
from course_discovery_bulk.columns.headers import LINE, UNDO_EXPECTS
from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.reports.attachments import name_beside
from course_discovery_bulk.reports.csv import write_csv
from course_discovery_bulk.reports.kinds import UNDO, undo_file
from course_discovery_bulk.service.confirmation import Confirmation
from course_discovery_bulk.service.control import cancel
from course_discovery_bulk.service.editing import CellEdit, Edited, LineNotFound, edit_cells
from course_discovery_bulk.service.lineage import newest_follow_up
from course_discovery_bulk.service.rights import owner_of_retry
from course_discovery_bulk.service.submission import Submission, open_file, submit
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

OVERWRITE: Final = "overwrite_later_edits"


def undo(
    task: BulkOperationTask,
    user: User,
    host: str,
    *,
    dry_run: bool = True,
    overwrites_later_edits: bool = False,
    overwrite_lines: Collection[int] = (),
    confirmation: Confirmation | None = None,
) -> Submission:
    """Upload what puts the previous values back, in the name and with the rights of whoever asks.

    Later edits stay, but for the rows of the task on `overwrite_lines`. While a preview of the same person waits, it is
    given again. Raises DocumentRefused if there is nothing to put back or an undo has done it, LineNotFound if there is
    nothing to put back on one of the lines, DiscoveryError if that cannot be told now, and whatever an upload raises.
    """
    options = {"dry_run": dry_run, OVERWRITE: overwrites_later_edits}
    if dry_run and not overwrites_later_edits and not overwrite_lines:
        _refuse_done(task)
        if waiting := _preview_of(task, user):
            return Submission(task=waiting, replayed=True)
    table = undo_file(task, user, host)
    rows = list(table.rows)
    if not rows:
        raise DocumentRefused("NOTHING_TO_UNDO", Phrase(_("Nothing to undo: the values are already restored.")))
    rows = _overwriting(table.headers, rows, set(overwrite_lines))
    return submit(
        user,
        file=_file(write_csv(replace(table, rows=rows)), name_beside(task.original_filename, UNDO)),
        task_type=task.task_type,
        options=options,
        site_domain=host,
        confirmation=confirmation,
        origin=task,
        origin_kind=OriginKind.UNDO,
    )


def overwrite_rows(preview: BulkOperationTask, lines: Iterable[int], user: User) -> Edited:
    """Let rows of an undo overwrite later edits: they no longer say what they expect to find. Raises as edits do."""
    return edit_cells(preview, [CellEdit(line=line, column=UNDO_EXPECTS, value="") for line in lines], user)


def is_undone(task: BulkOperationTask) -> bool:
    """Whether an undo has put back all that it could."""
    return task.follow_ups.filter(origin_kind=OriginKind.UNDO, status=TaskStatus.COMPLETED).exists()


def overwrite_later_edits(preview: BulkOperationTask, user: User) -> Submission | None:
    """Preview the same file with later edits overwritten, and discard this preview; None if it is none any more."""
    if preview.status != TaskStatus.VALIDATED:
        return None
    owner = owner_of_retry(preview, user)
    with open_file(preview) as file:
        submission = submit(
            owner,
            file=_file(file.chunks(), preview.original_filename),
            task_type=preview.task_type,
            options={**preview.options, OVERWRITE: True},
            site_domain=preview.site_domain,
            idempotency_key=f"{OVERWRITE}-{preview.pk}",
            origin=preview.origin,
            origin_kind=preview.origin_kind,
            mapping=ColumnMapping.from_dict(preview.mapping),
        )
    cancel(preview, user)
    return submission


def undone_by(task: BulkOperationTask) -> BulkOperationTask | None:
    """The task that this one undoes; None if it was not made for that, or the other is deleted."""
    return task.origin if task.origin_kind == OriginKind.UNDO else None


def undo_of(task: BulkOperationTask) -> BulkOperationTask | None:
    """The newest task that undoes this one and was not discarded."""
    return newest_follow_up(task, OriginKind.UNDO)


def _refuse_done(task: BulkOperationTask) -> None:
    if is_undone(task):
        raise DocumentRefused("ALREADY_UNDONE", Phrase(_("This upload was undone before.")))


def _preview_of(task: BulkOperationTask, user: User) -> BulkOperationTask | None:
    """The undo that waits for this person to apply it, or is being planned."""
    undos = task.follow_ups.filter(origin_kind=OriginKind.UNDO, uploaded_by_id=user.pk, options={"dry_run": True})
    waiting = undos.exclude(status__in=FINAL_TASK_STATUSES)
    return waiting.filter(started_at__isnull=True, cancel_requested_at__isnull=True).order_by("-pk").first()


def _overwriting(headers: Sequence[str], rows: list[Sequence[str]], lines: set[int]) -> list[Sequence[str]]:
    """The rows, of which those on these lines do not say what they expect to find."""
    line_at, expects_at = headers.index(LINE), headers.index(UNDO_EXPECTS)
    if missing := lines - {int(row[line_at]) for row in rows}:
        raise LineNotFound(missing)
    return [[*row[:expects_at], "", *row[expects_at + 1 :]] if int(row[line_at]) in lines else row for row in rows]


def _file(content: Iterable[bytes], name: str) -> File[bytes]:
    return File(BytesIO(b"".join(content)), name=name)
