"""The mail about a task: what happened, the first problems at their cells, and where to go on; as HTML and as text."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES, RowStatus, TaskStatus
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.cells import PlacedProblem
from course_discovery_bulk.presentation.labels import TASK_WORDS, outcome_sentence, preview_sentence, row_words
from course_discovery_bulk.presentation.links import page_address
from course_discovery_bulk.presentation.side_effects import side_effects
from course_discovery_bulk.presentation.tasks import label_of, problems_of, stored_counts

TEMPLATE: Final = "course_discovery_bulk/mail"
AUTOMATIC: Final = {"Auto-Submitted": "auto-generated"}  # so that nobody's holiday note answers it


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many rows ended in one way."""

    label: str
    number: int
    is_bad: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One problem; a cell with line breaks must not look like several problems in a text."""

    address: str
    line: int | None
    column: str
    message: str
    hint: str


def compose_mail(task: BulkOperationTask, address: str, settings: BulkSettings) -> EmailMultiAlternatives:
    """The mail to the uploader, in the language that is active."""
    context = describe(task, settings)
    mail = EmailMultiAlternatives(
        subject=_("%(file)s: %(state)s") % {"file": context["file"], "state": context["state"]},
        body=render_to_string(f"{TEMPLATE}.txt", context),
        to=[address],
        headers=AUTOMATIC,
    )
    mail.attach_alternative(render_to_string(f"{TEMPLATE}.html", context), "text/html")
    return mail


def describe(task: BulkOperationTask, settings: BulkSettings) -> dict[str, Any]:
    """What both forms of the mail say."""
    counts = stored_counts(task)
    words = row_words(task, counts)
    is_preview = task.status == TaskStatus.VALIDATED
    has_to_fix = any(counts[status] for status in TO_FIX_ROW_STATUSES)
    return {
        "file": task.original_filename,
        "operation": label_of(task),
        "state": str(TASK_WORDS[TaskStatus(task.status)]),
        "is_preview": is_preview,
        "sentence": preview_sentence(task, counts) if is_preview else outcome_sentence(task, counts),
        "effects": list(side_effects(task.task_summary)) if is_preview else [],
        "counts": [_count(status, number, words) for status, number in counts.items() if number],
        **_first_problems(task, settings.mail_problems),
        "page": page_address(task, "task", settings),
        "results": "" if is_preview else page_address(task, "results-file", settings),
        "failed": page_address(task, "failed-file", settings) if has_to_fix else "",
        "host": task.site_domain,
    }


def _count(status: str, number: int, words: Mapping[RowStatus, Any]) -> Count:
    return Count(label=str(words[RowStatus(status)]), number=number, is_bad=status in TO_FIX_ROW_STATUSES)


def _first_problems(task: BulkOperationTask, most: int) -> dict[str, Any]:
    errors = (placed for placed in problems_of(task) if placed.problem.is_error)
    first = [_line(placed) for placed in itertools.islice(errors, most)]
    totals = (task.task_summary or {}).get("error_totals", {})
    return {"problems": first, "more": max(0, sum(totals.values()) - len(first))}


def _line(placed: PlacedProblem) -> Line:
    found = placed.problem
    message, hint = (" ".join(text.split()) for text in (found.message, found.hint))
    return Line(address=placed.address, line=found.line, column=found.column or "", message=message, hint=hint)
