"""The page of one task: running, a preview, or done; and the part of it that is asked for again while it runs."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from course_discovery_bulk import service
from course_discovery_bulk.choices import BAD_ROW_STATUSES, CHANGED_ROW_STATUSES, RowStatus, TaskStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.editing import lines_waiting
from course_discovery_bulk.presentation.labels import (
    TASK_WORDS,
    duration,
    follow_up_link,
    is_held_back,
    origin_link,
    outcome_sentence,
    preview_sentence,
    row_words,
)
from course_discovery_bulk.presentation.side_effects import side_effects
from course_discovery_bulk.presentation.tasks import place_notes, stored_counts, to_fix_of
from course_discovery_bulk.presentation.undo_groups import undo_groups
from course_discovery_bulk.reports.formats import CSV, XLSX
from course_discovery_bulk.reports.kinds import FAILED, RESULTS, UNDO, TaskFile, task_files
from course_discovery_bulk.web.base import Page, address, find_readable_task, show
from course_discovery_bulk.web.charts import parts_of
from course_discovery_bulk.web.listing import lines_of
from course_discovery_bulk.web.rows import rows_context
from course_discovery_bulk.web.running import describe_running

RUNNING, PREVIEW, DONE = "running", "preview", "done"
PLACED: Final = frozenset({RESULTS, FAILED, UNDO})  # the page has a button of their own for them


class TaskPage(Page):
    """All there is to see of a task, and what can be asked of it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return show(request, "task.html", describe_task(request, find_readable_task(request, pk)))


class TaskProgress(Page):
    """How far a running task is; once it runs no more, the whole of it, to be put in place of what there was."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_readable_task(request, pk)
        if phase_of(task) == RUNNING and not _is_asked_to_stop_since(request, task):
            return show(request, "_looked_again.html", describe_task(request, task))
        answer = show(request, "_task_changed.html", describe_task(request, task))
        answer["HX-Retarget"] = "#task"
        answer["HX-Reswap"] = "outerHTML"
        return answer


def phase_of(task: BulkOperationTask) -> str:
    """Which of the three faces of the page a task has."""
    if task.is_final:
        return DONE
    is_waiting = task.status == TaskStatus.VALIDATED and task.cancel_requested_at is None
    return PREVIEW if is_waiting or is_rechecking(task) else RUNNING


def is_rechecking(task: BulkOperationTask) -> bool:
    """Whether rows of a preview were edited and are being checked again; it stays a preview meanwhile."""
    is_edited = task.recheck_since is not None and task.cancel_requested_at is None
    return is_edited and task.status == TaskStatus.VALIDATING


def describe_task(request: HttpRequest, task: BulkOperationTask) -> dict[str, Any]:
    """What the page shows of a task, in a number of queries that does not grow with its rows."""
    phase = phase_of(task)
    context: dict[str, Any] = {
        "tab": "",
        "task": task,
        "line": lines_of([task])[0],
        "phase": phase,
        "is_read_only": not service.may_act_on(request.user, task),
        "notes": place_notes(task),
        "origin_link": origin_link(task),
        "to_fix": to_fix_of(task),
        "follow_ups": [_linked(each) for each in service.follow_ups_of([task], request.user).get(task.pk, ())],
    }
    if phase == RUNNING:
        return {**context, "running": describe_running(task)}
    return {**context, **_results(request, task, is_preview=phase == PREVIEW)}


def _results(request: HttpRequest, task: BulkOperationTask, *, is_preview: bool) -> dict[str, Any]:
    counts = service.progress(task).counts if is_preview else stored_counts(task)
    parts = parts_of(counts, row_words(task, counts))
    offered = [file for file in task_files() if file.is_offered(task, counts)]
    kinds = {file.kind for file in offered}
    is_left = not is_preview and to_fix_of(task).now > 0
    return {
        "parts": parts,
        "total": sum(counts.values()),
        "sentence": preview_sentence(task, counts) if is_preview else outcome_sentence(task, counts),
        "effects": list(side_effects(task.task_summary)) if is_preview else [],
        **_before_applying(task),
        "has_left_over": FAILED in kinds,
        "has_to_fix": any(counts[status] for status in BAD_ROW_STATUSES) and to_fix_of(task).now > 0,
        "can_apply": is_preview and not is_rechecking(task) and counts[RowStatus.PENDING] > 0,
        "is_held_back": is_preview and is_held_back(task, counts),
        "can_undo": UNDO in kinds and not service.is_undone(task),
        "has_made": not is_preview and UNDO not in kinds and any(counts[status] for status in CHANGED_ROW_STATUSES),
        "kept_edits": _kept_edits(task) if is_preview else 0,
        "undo": undo_groups([task]).get(task.pk) if is_preview else None,
        "more_files": [_file_link(task, file) for file in offered if file.kind not in PLACED],
        "to_correct": service.rows_to_correct(task).count() if is_left else 0,
        "can_retry": is_left and service.retry_of(task) is None and service.can_retry(task),
        "retried_for": _other_owner(request, task),
        "waiting": lines_waiting(task) if is_rechecking(task) else 0,
        **rows_context(request, task, counts, parts),
    }


def _before_applying(task: BulkOperationTask) -> dict[str, Any]:
    """What is to be known and done before a preview is applied; nothing of other tasks."""
    before = service.before_applying(task)
    seconds = before.seconds if before and before.rows else None
    return {
        "number_to_type": before.confirm if before else None,
        "time_needed": "" if seconds is None else duration(seconds),
    }


def _linked(follow_up: BulkOperationTask) -> dict[str, Any]:
    """A follow-up as its origin names it, and how it stands."""
    return {
        "task": follow_up,
        "text": follow_up_link(follow_up),
        "state": TASK_WORDS.get(TaskStatus(follow_up.status), follow_up.status),
    }


def _kept_edits(task: BulkOperationTask) -> int:
    """How many fields a preview leaves alone because they were edited since."""
    forecast = (task.task_summary or {}).get("forecast", {})
    return int(forecast.get("later_edits_kept", 0))


def _other_owner(request: HttpRequest, task: BulkOperationTask) -> str:
    """The person with whose rights a retry would run; empty if that is the reader."""
    owner = service.owner_of_retry(task, request.user)
    return owner.get_username() if owner.pk != request.user.pk else ""


def _file_link(task: BulkOperationTask, file: TaskFile) -> dict[str, str]:
    name = f"{file.kind}-file"
    csv, workbook = (address(form.named(name), task.pk) for form in (CSV, XLSX))
    return {"label": str(file.label), "address": csv, "workbook": workbook}


def _is_asked_to_stop_since(request: HttpRequest, task: BulkOperationTask) -> bool:
    """Whether somebody asked to stop it since the page was made: then its Cancel button has to go."""
    return task.cancel_requested_at is not None and request.GET.get("stopping") != "1"
