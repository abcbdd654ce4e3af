"""What people read of edits: what came of one, and why one was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from course_discovery_bulk.choices import BAD_ROW_STATUSES, EditKind
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.problems import clip

MOST_SHOWN: Final = 60  # characters of what a cell said before


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
    return ngettext("%(n)d row was edited and checked again.", "%(n)d rows were edited and checked again.", changed) % {
        "n": changed
    }


def rechecked_sentence(task: BulkOperationTask) -> str:
    """What is said once no edited row waits to be checked."""
    bad = sum(getattr(task, f"{status.value}_count") for status in BAD_ROW_STATUSES)
    if not bad:
        return _("The edited rows were checked again. Nothing needs fixing now.")
    return ngettext(
        "The edited rows were checked again. %(n)d row still needs fixing.",
        "The edited rows were checked again. %(n)d rows still need fixing.",
        bad,
    ) % {"n": bad}


def edits_shown(task: BulkOperationTask, rows: Sequence[BulkOperationRow]) -> dict[tuple[int, str], str]:
    """How cells of some rows were edited, in words, by line and key; the last edit of each."""
    edits = task.edits.filter(line__in=[row.line for row in rows], kind=EditKind.CELL).select_related("user")
    return {(edit.line, edit.column): _edit_in_words(edit) for edit in edits.order_by("pk")}


def _edit_in_words(edit: RowEdit) -> str:
    who = edit.user.get_username() if edit.user else _("someone whose account is gone")
    before = clip(edit.before, MOST_SHOWN)
    if before:
        return _("Edited by %(who)s. It said “%(before)s”.") % {"who": who, "before": before}
    return _("Edited by %(who)s. It was empty.") % {"who": who}


def lines_waiting(task: BulkOperationTask) -> int:
    """How many edited rows wait to be checked again."""
    return task.edits.filter(checked_at__isnull=True).values("line").distinct().count()
