"""What people read of edits: what came of one, and why one was refused."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from course_discovery_bulk.models import BulkOperationTask


def edited_sentence(changed: int, others: int, *, waits: bool) -> str:
    """What came of an edit."""
    if not changed:
        return _("Nothing was changed: the cells say this already.")
    if waits:
        return ngettext(
            "%(n)d row was edited and is being checked again.",
            "%(n)d rows were edited and are being checked again.",
            changed,
        ) % {"n": changed}
    if others > 0:
        text = ngettext(
            "%(n)d row was edited. Other rows that depend on it were checked again, too.",
            "%(n)d rows were edited. Other rows that depend on them were checked again, too.",
            changed,
        )
        return text % {"n": changed}
    return ngettext(
        "%(n)d row was edited and checked again.", "%(n)d rows were edited and checked again.", changed
    ) % {"n": changed}


def lines_waiting(task: BulkOperationTask) -> int:
    """How many edited rows wait to be checked again."""
    return task.edits.filter(checked_at__isnull=True).values("line").distinct().count()
