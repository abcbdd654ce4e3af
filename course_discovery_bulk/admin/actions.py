"""What staff may ask of tasks in the list of the admin: to carry out a preview, stop, retry; and their results."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk import service
from course_discovery_bulk.admin.files import send_results
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import rows_to_fix_first
from course_discovery_bulk.problems import translated


@admin.action(description=_("Apply the selected previews"), permissions=["view"])
def apply_previews(_model_admin: Any, request: HttpRequest, tasks: QuerySet[Any]) -> None:
    """Carry out what was previewed; tasks that are no preview, or were applied before, are named and left alone."""
    _ask_each(request, tasks, service.apply, asked=gettext("being applied"), refused=gettext("no preview that waits"))


@admin.action(description=_("Cancel the selected tasks"), permissions=["view"])
def cancel_tasks(_model_admin: Any, request: HttpRequest, tasks: QuerySet[Any]) -> None:
    """Stop before the next row, or discard a preview; tasks that have ended are named and left alone."""
    ask = partial(service.cancel, user=request.user)
    _ask_each(request, tasks, ask, asked=gettext("being cancelled"), refused=gettext("ended already"))


@admin.action(
    description=_("Retry unfinished rows of the selected tasks, with the rights of each uploader"), permissions=["view"]
)
def retry_tasks(_model_admin: Any, request: HttpRequest, tasks: QuerySet[Any]) -> None:
    """Do what is left of tasks that have ended, each as a task of its uploader's; say where nothing is left."""
    assert request.user.is_authenticated  # the admin let nobody else in
    for task in tasks:
        try:
            retried = service.retry(task, request.user).task
        except service.NothingToRetry:
            _say(
                request,
                messages.WARNING,
                task,
                gettext("nothing to try again: rows with problems are to be fixed first"),
            )
        except UploadRefused as refusal:
            _say(request, messages.WARNING, task, " ".join(translated(found).message for found in refusal.problems))
        else:
            facts = {"number": retried.pk, "person": retried.uploaded_by}
            _say(
                request,
                messages.SUCCESS,
                task,
                gettext("retried as task %(number)d, with the rights of %(person)s") % facts,
            )


@admin.action(description=_("Download the results of the selected tasks"), permissions=["view"])
def download_results(_model_admin: Any, request: HttpRequest, tasks: QuerySet[Any]) -> HttpResponseBase:
    """What became of every row so far; of several tasks in one archive."""
    return send_results(request, tasks)


def _ask_each(
    request: HttpRequest,
    tasks: QuerySet[Any],
    ask: Callable[[BulkOperationTask], bool],
    *,
    asked: str,
    refused: str,
) -> None:
    for task in tasks:
        try:
            is_taken = ask(task)
        except service.RowsToFix as error:
            _say(request, messages.WARNING, task, rows_to_fix_first(error.count))
            continue
        level, word = (messages.SUCCESS, asked) if is_taken else (messages.WARNING, refused)
        _say(request, level, task, word)


def _say(request: HttpRequest, level: int, task: BulkOperationTask, words: str) -> None:
    messages.add_message(request, level, f"{task.pk}, {task.original_filename}: {words.rstrip('.')}.")
