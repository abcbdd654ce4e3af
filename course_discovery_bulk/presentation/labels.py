"""What people read of states and numbers, in plain words: on the page, in mails, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from course_discovery_bulk.choices import (
    BAD_ROW_STATUSES,
    CHANGED_ROW_STATUSES,
    GOOD_ROW_STATUSES,
    OriginKind,
    RowAction,
    RowStatus,
    TaskStatus,
)
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.numbers import grouped

TASK_WORDS: Final = {
    TaskStatus.PENDING: gettext_lazy("Waiting"),
    TaskStatus.VALIDATING: gettext_lazy("Checking"),
    TaskStatus.VALIDATED: gettext_lazy("Preview ready"),
    TaskStatus.PROCESSING: gettext_lazy("Running"),
    TaskStatus.COMPLETED: gettext_lazy("Completed"),
    TaskStatus.PARTIALLY_COMPLETED: gettext_lazy("Partly completed"),
    TaskStatus.FAILED: gettext_lazy("Failed"),
    TaskStatus.CANCELLED: gettext_lazy("Cancelled"),
}
ROW_WORDS: Final = {
    RowStatus.PENDING: gettext_lazy("Waiting"),
    RowStatus.RUNNING: gettext_lazy("Running"),
    RowStatus.SUCCEEDED: gettext_lazy("Done"),
    RowStatus.UNCHANGED: gettext_lazy("No change"),
    RowStatus.SKIPPED: gettext_lazy("Skipped"),
    RowStatus.INVALID: gettext_lazy("Needs fixing"),
    RowStatus.FAILED: gettext_lazy("Failed"),
    RowStatus.PARTLY_DONE: gettext_lazy("Partly done"),
    RowStatus.UNKNOWN: gettext_lazy("Outcome unknown"),
    RowStatus.NOT_PROCESSED: gettext_lazy("Not started"),
}
PLANNED: Final = gettext_lazy("Will be written")  # what a waiting row is in a preview
HELD_BACK: Final = gettext_lazy("Ready")  # the same, if nothing is written before other rows are fixed
ACTION_WORDS: Final = {
    RowAction.CREATE: gettext_lazy("Create"),
    RowAction.UPDATE: gettext_lazy("Update"),
    RowAction.RERUN: gettext_lazy("Re-run"),
    RowAction.ADD: gettext_lazy("Add editor"),
    RowAction.REMOVE: gettext_lazy("Remove editor"),
}
# What a follow-up is called at its origin, and the origin at a follow-up.
FOLLOW_UP_LINKS: Final = {
    OriginKind.CORRECTION: gettext_lazy("Correction #%(number)d"),
    OriginKind.RETRY: gettext_lazy("Retry #%(number)d"),
    OriginKind.UNDO: gettext_lazy("Undo #%(number)d"),
}
ORIGIN_LINKS: Final = {
    OriginKind.CORRECTION: gettext_lazy("Corrects #%(number)d"),
    OriginKind.RETRY: gettext_lazy("Retries #%(number)d"),
    OriginKind.UNDO: gettext_lazy("Undoes #%(number)d"),
}
RUN_STATUS_WORDS: Final = {  # of the catalog's course runs, as Publisher calls them
    "unpublished": gettext_lazy("Unsubmitted"),
    "review_by_legal": gettext_lazy("In legal review"),
    "review_by_internal": gettext_lazy("In internal review"),
    "reviewed": gettext_lazy("Scheduled"),
    "published": gettext_lazy("Published"),
}
STAGES: Final = (
    ("reading", gettext_lazy("Reading the file")),
    ("checking", gettext_lazy("Checking every row")),
    ("planning", gettext_lazy("Planning the changes")),
    ("writing", gettext_lazy("Writing to the catalog")),
)
MINUTE, HOUR = 60, 3600


def outcome_sentence(task: BulkOperationTask, counts: Mapping[str, int]) -> str:
    """What happened to a finished task, in one sentence."""
    total, written = sum(counts.values()), counts[RowStatus.SUCCEEDED]
    spared = sum(counts[status] for status in GOOD_ROW_STATUSES) - written
    if total == 0:
        return _("The file could not be read, and nothing was changed.")
    if task.status == TaskStatus.CANCELLED and not any(counts[status] for status in CHANGED_ROW_STATUSES):
        return _("Cancelled before anything was written.")
    if total == spared:
        return _("Nothing was written: the catalog already held what the file says.")
    parts = [_written(written, total)]
    if spared:
        parts.append(ngettext("%(n)s needed nothing", "%(n)s needed nothing", spared) % {"n": grouped(spared)})
    if rest := total - written - spared:
        parts.append(ngettext("%(n)s needs your attention", "%(n)s need your attention", rest) % {"n": grouped(rest)})
    sentence = _("%(parts)s.") % {"parts": "; ".join(parts)}
    return _("Cancelled: %(sentence)s") % {"sentence": sentence} if task.status == TaskStatus.CANCELLED else sentence


def _written(written: int, total: int) -> str:
    if written == total:
        return ngettext("The row was written", "All %(total)s rows were written", total) % {"total": grouped(total)}
    return ngettext("%(written)s of %(total)s row was written", "%(written)s of %(total)s rows were written", total) % {
        "written": grouped(written),
        "total": grouped(total),
    }


def origin_link(task: BulkOperationTask) -> str:
    """What a task does to the one that it follows; empty if it follows none."""
    if not task.origin_id or task.origin_kind not in OriginKind.values:
        return ""
    return str(ORIGIN_LINKS[OriginKind(task.origin_kind)] % {"number": task.origin_id})


def follow_up_link(task: BulkOperationTask) -> str:
    """What a task is called at the one that it follows."""
    return str(FOLLOW_UP_LINKS[OriginKind(task.origin_kind)] % {"number": task.pk})


def is_held_back(task: BulkOperationTask, counts: Mapping[str, int]) -> bool:
    """Whether a preview cannot be applied before rows are fixed, because its upload writes all rows or none."""
    return task.is_all_or_nothing and any(counts[status] for status in BAD_ROW_STATUSES)


def row_words(task: BulkOperationTask, counts: Mapping[str, int]) -> Mapping[RowStatus, str | Promise]:
    """What the states of its rows are called; in a preview a row that waits is one that would be written."""
    if task.status != TaskStatus.VALIDATED:
        return ROW_WORDS
    return {**ROW_WORDS, RowStatus.PENDING: HELD_BACK if is_held_back(task, counts) else PLANNED}


def preview_sentence(task: BulkOperationTask, counts: Mapping[str, int]) -> str:
    """What applying a preview would do, in one sentence."""
    planned, bad = counts[RowStatus.PENDING], sum(counts[status] for status in BAD_ROW_STATUSES)
    if not planned and not bad:
        return _nothing_planned(counts)
    if is_held_back(task, counts):
        return _held_back(planned, bad)
    if not planned:
        return _("Nothing can be written yet: every row that asks for a change has to be fixed first.")
    written = ngettext("%(n)s row will be written", "%(n)s rows will be written", planned) % {"n": grouped(planned)}
    if not bad:
        return _("%(written)s; nothing has been written yet.") % {"written": written}
    left_out = ngettext(
        "%(n)d row needs fixing and will be skipped", "%(n)d rows need fixing and will be skipped", bad
    ) % {"n": bad}
    return _("%(written)s; %(left_out)s.") % {"written": written, "left_out": left_out}


def rows_to_fix_first(count: int) -> str:
    """Why a preview was not applied that writes all rows or none."""
    return ngettext(
        "Nothing was started: this upload writes all rows or none, and %(n)s row has to be fixed first.",
        "Nothing was started: this upload writes all rows or none, and %(n)s rows have to be fixed first.",
        count,
    ) % {"n": grouped(count)}


def number_to_type(rows: int) -> str:
    """Why a preview was not applied: its number of rows was not said, or was another."""
    return ngettext(
        "Nothing was started. This preview writes %(n)d row. Type that number to apply it.",
        "Nothing was started. This preview writes %(n)d rows. Type that number to apply it.",
        rows,
    ) % {"n": rows}


def previewed_first(rows: int) -> str:
    """Why a file that was to be written at once is shown first."""
    return ngettext(
        "This file would write up to %(n)d row, so it is previewed first. Nothing has been written yet.",
        "This file would write up to %(n)d rows, so it is previewed first. Nothing has been written yet.",
        rows,
    ) % {"n": rows}


def _nothing_planned(counts: Mapping[str, int]) -> str:
    skipped = counts[RowStatus.SKIPPED]
    if not skipped:
        return _("Nothing to do: the catalog already holds what the file says.")
    return ngettext(
        "Nothing would be written: %(n)s row is left as it is, for the reason it gives.",
        "Nothing would be written: %(n)s rows are left as they are, for the reasons they give.",
        skipped,
    ) % {"n": grouped(skipped)}


def _held_back(planned: int, bad: int) -> str:
    held = ngettext(
        "Nothing will be written until %(n)s row is fixed", "Nothing will be written until %(n)s rows are fixed", bad
    ) % {"n": grouped(bad)}
    if not planned:
        return _("%(held)s.") % {"held": held}
    ready = ngettext("%(n)s other row is ready", "%(n)s other rows are ready", planned) % {"n": grouped(planned)}
    return _("%(held)s; %(ready)s.") % {"held": held, "ready": ready}


def duration(seconds: float) -> str:
    """A remaining time as people say it."""
    if seconds < MINUTE:
        return _("less than a minute")
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        return ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
    hours = round(seconds / HOUR, 1)
    return _("about %(n)g hours") % {"n": hours}
