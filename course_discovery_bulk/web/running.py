"""What is shown of a task while it runs, and how soon to look again: often at first, less and less later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from course_discovery_bulk import service
from course_discovery_bulk.choices import OPEN_ROW_STATUSES, TaskStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import STAGES, duration
from course_discovery_bulk.presentation.numbers import grouped
from course_discovery_bulk.web.charts import Part, parts_of

# A task that runs for at most so many seconds is looked at every so many.
POLLING: Final = ((15, 1), (120, 2), (600, 5), (float("inf"), 15))
LONG_WAIT_SECONDS: Final = 30
STEP_PERCENT: Final = 10  # how often a screen reader is told


@dataclass(frozen=True, kw_only=True)
class StageLine:
    """One stage and whether it is over, under way or to come."""

    label: str
    state: str  # done, current or next


@dataclass(frozen=True, kw_only=True)
class Running:
    """A task that runs, in words and numbers; `percent` is None where it cannot be told, `warning` mostly empty.

    `waits_for` is the id of the upload that a queued one waits for, if it does.
    """

    stages: Sequence[StageLine]
    headline: str
    detail: str
    warning: str
    percent: int | None
    announcement: str
    parts: Sequence[Part]
    poll_seconds: int
    is_stopping: bool
    waits_for: int | None


def describe_running(task: BulkOperationTask) -> Running:
    """Where a running task is now."""
    progress = service.progress(task)
    stage = progress.step
    is_moving = task.status != TaskStatus.PENDING and task.cancel_requested_at is None
    percent = _percent(progress) if is_moving else None
    headline = _headline(task, progress)
    warning = _warning(task)
    ended = sum(number for status, number in progress.counts.items() if status not in OPEN_ROW_STATUSES)
    return Running(
        stages=_stages(task, stage),
        headline=headline,
        detail=_detail(task, progress),
        warning=warning,
        percent=percent,
        announcement=warning or _announcement(headline, percent),
        parts=parts_of(progress.counts) if ended else (),
        poll_seconds=_poll_seconds(task),
        is_stopping=task.cancel_requested_at is not None,
        waits_for=progress.waits_for,
    )


def _announcement(headline: str, percent: int | None) -> str:
    return headline if percent is None else f"{headline}: {percent // STEP_PERCENT * STEP_PERCENT}%"


def _percent(progress: service.Progress) -> int:
    return progress.done * 100 // progress.total if progress.total else 0


def _stages(task: BulkOperationTask, current: str) -> list[StageLine]:
    names = [name for name, _label in STAGES if _takes_part(name, task)]
    place = names.index(current) if current in names else 0
    place = -1 if task.status == TaskStatus.PENDING else place  # nothing is under way
    return [
        StageLine(label=str(dict(STAGES)[name]), state=("done", "current", "next")[1 + (at > place) - (at < place)])
        for at, name in enumerate(names)
    ]


def _takes_part(stage: str, task: BulkOperationTask) -> bool:
    is_preview = bool(task.options.get("dry_run"))
    if stage == "planning":
        return is_preview or task.is_all_or_nothing
    return stage != "writing" or not is_preview or task.started_at is not None


def _headline(task: BulkOperationTask, progress: service.Progress) -> str:
    if task.cancel_requested_at:
        return _("Cancelling...")
    if progress.waits_for is not None:
        return _("Queued")
    if task.status == TaskStatus.PENDING:
        return _("Waiting for a worker")
    return str(dict(STAGES).get(progress.step, _("Finishing")))


def _detail(task: BulkOperationTask, progress: service.Progress) -> str:
    if task.cancel_requested_at:
        return _("Stopping after the current row. Changes already made are kept.")
    if progress.queue_position is not None:
        return _("Number %(position)s in your queue. It starts automatically.") % {
            "position": grouped(progress.queue_position)
        }
    if task.status == TaskStatus.PENDING:
        return _("It starts as soon as a worker is free.")
    return _done_so_far(progress)


def _warning(task: BulkOperationTask) -> str:
    """Why nothing happens and what to do about it; empty while something does, or is about to."""
    if task.next_attempt_at and task.next_attempt_at > timezone.now():
        return _("Paused: the catalog isn't responding. We'll continue automatically; you can close this page.")
    if (timezone.now() - task.modified).total_seconds() < LONG_WAIT_SECONDS:
        return ""
    if (service.idle_seconds(task) or 0) < LONG_WAIT_SECONDS:
        return ""
    if task.status == TaskStatus.PENDING:
        happens = _("No worker has started this upload yet. It starts automatically when one is free.")
    else:
        happens = _("No progress right now. If a worker stopped, another will take over.")
    advice = _("If this lasts several minutes, contact your catalog administrators and mention upload #%(number)d.")
    return f"{happens} {advice % {'number': task.pk}}"


def _done_so_far(progress: service.Progress) -> str:
    parts = [
        ngettext("%(done)s of %(total)s row", "%(done)s of %(total)s rows", progress.total)
        % {"done": grouped(progress.done), "total": grouped(progress.total)}
    ]
    if progress.rate_per_second:
        parts.append(_("%(rate)s rows per second") % {"rate": grouped(round(progress.rate_per_second, 1))})
    if progress.eta_seconds:
        parts.append(_("%(time)s left") % {"time": duration(progress.eta_seconds)})
    return " · ".join(parts)


def _poll_seconds(task: BulkOperationTask) -> int:
    age = (timezone.now() - (task.started_at or task.created)).total_seconds()
    return next(seconds for limit, seconds in POLLING if age <= limit)
