"""Which columns of the grid somebody chose to see: remembered for files of the same columns, for a login."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from course_discovery_bulk.models import BulkOperationTask

SESSION_KEY: Final = "course_discovery_bulk_columns"
MOST_REMEMBERED: Final = 20  # kinds of files


def chosen_columns(request: HttpRequest, task: BulkOperationTask) -> frozenset[str] | None:
    """The places of the columns that were chosen for such files; None if nobody chose."""
    places = request.session.get(SESSION_KEY, {}).get(_kind(task))
    return None if places is None else frozenset(places)


def choose_columns(request: HttpRequest, task: BulkOperationTask, places: list[str]) -> None:
    """Remember a choice; no places at all forget it."""
    remembered = {kind: chosen for kind, chosen in request.session.get(SESSION_KEY, {}).items() if kind != _kind(task)}
    kept = dict(list(remembered.items())[-MOST_REMEMBERED + 1 :])
    request.session[SESSION_KEY] = {**kept, **({_kind(task): places} if places else {})}


def _kind(task: BulkOperationTask) -> str:
    return f"{task.task_type} {task.signature}"
