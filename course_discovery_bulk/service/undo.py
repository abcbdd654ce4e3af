"""Undo: a task that puts back what another changed, made as a preview, and what it does with later edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from django.core.files import File

from course_discovery_bulk.access import User
from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.reports.attachments import name_beside
from course_discovery_bulk.reports.csv import write_csv
from course_discovery_bulk.reports.kinds import UNDO, undo_file
from course_discovery_bulk.service.control import cancel
from course_discovery_bulk.service.rights import owner_of_retry
from course_discovery_bulk.service.submission import Submission, open_file, submit
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

OVERWRITE: Final = "overwrite_later_edits"
UNDOES: Final = "undoes"  # option that a task keeps: the id of the task that it undoes


def undo(
    task: BulkOperationTask, user: User, host: str, *, dry_run: bool = True, overwrites_later_edits: bool = False
) -> Submission:
    """Upload what puts the previous values back, in the name and with the rights of whoever asks.

    Raises DocumentRefused if there is nothing to put back, DiscoveryError if that cannot be told now, and whatever an
    upload raises.
    """
    table = undo_file(task, user, host)
    rows = list(table.rows)
    if not rows:
        raise DocumentRefused("NOTHING_TO_UNDO", Phrase(_("Nothing to undo: the values are already restored.")))
    return submit(
        user,
        file=_file(write_csv(replace(table, rows=rows)), name_beside(task.original_filename, UNDO)),
        task_type=task.task_type,
        options={"dry_run": dry_run, OVERWRITE: overwrites_later_edits},
        site_domain=host,
        undoes=task,
    )


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
            options={**_without_origin(preview.options), OVERWRITE: True},
            site_domain=preview.site_domain,
            idempotency_key=f"{OVERWRITE}-{preview.pk}",
            undoes=undone_by(preview),
            mapping=ColumnMapping.from_dict(preview.mapping),
        )
    cancel(preview, user)
    return submission


def undone_by(task: BulkOperationTask) -> BulkOperationTask | None:
    """The task that this one undoes; None if it was not made for that, or the other is deleted."""
    origin = task.options.get(UNDOES)
    return BulkOperationTask.objects.filter(pk=origin).first() if origin else None


def undo_of(task: BulkOperationTask) -> BulkOperationTask | None:
    """The newest task that undoes this one and was not discarded."""
    later = BulkOperationTask.objects.filter(task_type=task.task_type, created__gte=task.created)
    made = later.filter(**{f"options__{UNDOES}": task.pk}).exclude(status=TaskStatus.CANCELLED)
    return made.order_by("-pk").first()


def _without_origin(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != UNDOES}


def _file(content: Iterable[bytes], name: str) -> File[bytes]:
    return File(BytesIO(b"".join(content)), name=name)
