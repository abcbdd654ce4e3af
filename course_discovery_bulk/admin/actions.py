"""What staff may ask of tasks in the list of the admin: to carry out a preview, stop, retry; and their results."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk import service
from course_discovery_bulk.admin.confirming import confirmation_page, number_typed_for
from course_discovery_bulk.admin.files import send_results
from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused, UploadRefused
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import number_to_type, rows_to_fix_first
from course_discovery_bulk.presentation.missing_files import why_no_file
from course_discovery_bulk.problems import translated


@admin.action(description=_("Apply the selected previews"), permissions=["view"])
def apply_previews(model_admin: Any, request: HttpRequest, tasks: QuerySet[Any]) -> HttpResponse | None:
    """Carry out what was previewed; tasks that are no preview, or were applied before, are named and left alone.

    If much would be written, a page asks for the numbers of rows first.
    """
    asking = [(task, before) for task in tasks if (before := service.before_applying(task)) and before.confirm]
    if asking and "is_confirmed" not in request.POST:
        return confirmation_page(request, model_admin, tasks, asking)
    _ask_each(
        request,
        tasks,
        lambda task: service.apply(task, confirmation=number_typed_for(task, request)),
        asked=gettext("being applied"),
        refused=gettext("no preview that waits"),
    )
    return None


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


@admin.action(description=_("Preview the undo of the selected tasks"), permissions=["view"])
def undo_tasks(_model_admin: Any, request: HttpRequest, tasks: QuerySet[Any]) -> None:
    """Make a preview that puts back what each task changed; say why if there is none."""
    assert request.user.is_authenticated  # the admin let nobody else in
    for task in tasks:
        try:
            undo = service.undo(task, request.user, request.get_host()).task
        except (DocumentRefused, DiscoveryError) as error:
            _say(request, messages.WARNING, task, why_no_file(error))
        except UploadRefused as refusal:
            _say(request, messages.WARNING, task, " ".join(translated(found).message for found in refusal.problems))
        except (service.StorageUnavailable, service.TooManyTasks):
            _say(request, messages.WARNING, task, gettext("The undo can't be made now. Try again later."))
        else:
            facts = {"number": undo.pk}
            _say(request, messages.SUCCESS, task, gettext("Undo #%(number)d is being previewed.") % facts)


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
        except service.ConfirmationNeeded as needed:
            _say(request, messages.WARNING, task, number_to_type(needed.rows))
            continue
        level, word = (messages.SUCCESS, asked) if is_taken else (messages.WARNING, refused)
        _say(request, level, task, word)


def _say(request: HttpRequest, level: int, task: BulkOperationTask, words: str) -> None:
    messages.add_message(request, level, f"{task.pk}, {task.original_filename}: {words.rstrip('.')}.")
