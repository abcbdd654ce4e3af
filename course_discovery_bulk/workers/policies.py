"""What an upload said about bad rows: when it stops early, and whether it writes at all."""

from __future__ import annotations

from course_discovery_bulk.choices import BAD_ROW_STATUSES, OnError, RowStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import POLICY_STOPPED, Problem, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


def has_failed_enough(task: BulkOperationTask) -> bool:
    """Whether the upload said to stop after so many failures."""
    if task.options.get("on_error") != OnError.STOP:
        return False
    tried = task.rows.filter(status__in=BAD_ROW_STATUSES, started_at__isnull=False)
    return tried.count() >= int(task.options.get("stop_after") or 1)


def too_many_failures() -> Problem:
    """What a task says that stopped after failures."""
    return problem(POLICY_STOPPED, reason=Phrase(_("Skipped: the limit of failed rows was reached.")))


def refusals(task: BulkOperationTask) -> list[Problem]:
    """Why the whole task must not write, if its policy says so; never in the middle of planning or of writing.

    A preview is planned to its end: it shows what has to be fixed, and cannot be applied before.
    """
    is_planned = task.started_at is None and bool(task.task_summary or task.options.get("dry_run"))
    if not task.is_all_or_nothing or is_planned:
        return []
    invalid = task.rows.filter(status=RowStatus.INVALID).count()
    if not invalid or task.rows.filter(started_at__isnull=False).exists():
        return []
    return [problem(POLICY_STOPPED, reason=_why_nothing_is_written(invalid))]


def _why_nothing_is_written(invalid: int) -> Phrase:
    if invalid == 1:
        return Phrase(_("Skipped: 1 row has problems and you chose all or nothing."))
    return Phrase(_("Skipped: {count} rows have problems and you chose all or nothing."), count=invalid)
