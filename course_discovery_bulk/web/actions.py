"""What can be asked of a task on its page: carry out a preview, stop, put back. Each ends on a page to look at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from course_discovery_bulk import service
from course_discovery_bulk.choices import OnError
from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused, UploadRefused
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import number_to_type, rows_to_fix_first
from course_discovery_bulk.presentation.missing_files import why_no_file
from course_discovery_bulk.problems import translated
from course_discovery_bulk.text.messages import translated as translated_text
from course_discovery_bulk.web.base import Page, address, find_task, storage_away, too_many_tasks

MOST_DIGITS: Final = 9


class Action(Page, ABC):
    """One thing to ask for; a task that is past it is shown with the reason."""

    @abstractmethod
    def ask(self, task: BulkOperationTask) -> bool:
        """Ask for it; False where the task is past it."""

    @abstractmethod
    def too_late(self) -> str:
        """Why it was not taken up."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_task(request, pk)
        try:
            is_taken = self.ask(task)
        except service.RowsToFix as error:
            messages.warning(request, rows_to_fix_first(error.count), fail_silently=True)
            is_taken = True
        except service.ConfirmationNeeded as error:
            messages.warning(request, number_to_type(error.rows), fail_silently=True)
            is_taken = True
        if not is_taken:
            messages.warning(request, self.too_late(), fail_silently=True)
        return HttpResponseRedirect(address("task", task.pk))


class Apply(Action):
    """Carries out the plan of a preview."""

    def ask(self, task: BulkOperationTask) -> bool:
        return service.apply(
            task,
            leaves_out_rows_to_fix=self.request.POST.get("on_error") == OnError.CONTINUE,
            confirmation=service.Confirmation(number=_typed_number(self.request.POST.get("confirm", ""))),
        )

    def too_late(self) -> str:
        return _("This preview was applied or discarded before; nothing was started.")


class Cancel(Action):
    """Stops a task before its next row, or discards a preview."""

    def ask(self, task: BulkOperationTask) -> bool:
        return service.cancel(task, self.request.user)

    def too_late(self) -> str:
        return _("It had ended already; there was nothing left to stop.")


class Retry(Page):
    """Does what is left of a task that has ended, as a task of its own."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_task(request, pk)
        try:
            retried = service.retry(task, request.user).task
        except service.NothingToRetry:
            reason = _(
                "There is nothing to retry. Correct the rows with problems and upload them, or preview the file again."
            )
        except UploadRefused as refusal:
            reason = " ".join(translated(found).message for found in refusal.problems)
        else:
            return HttpResponseRedirect(address("task", retried.pk))
        messages.warning(request, reason, fail_silently=True)
        return HttpResponseRedirect(address("task", task.pk))


class Correct(Page):
    """Opens the rows that need fixing as a preview, in which they are edited and applied."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_task(request, pk)
        try:
            opened = service.correct(task, request.user).task
        except service.NothingToCorrect:
            reason = _("No row is left to fix here: every row is done, or in a follow-up of this upload.")
        except UploadRefused as refusal:
            reason = " ".join(translated(found).message for found in refusal.problems)
        else:
            return HttpResponseRedirect(address("task", opened.pk))
        messages.warning(request, reason, fail_silently=True)
        return HttpResponseRedirect(address("task", task.pk))


class PreviewUndo(Page):
    """Uploads what puts the previous values back, as a preview: nothing is written before somebody applies that."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_task(request, pk)
        return _to_what_is_made(request, task, lambda: service.undo(task, request.user, request.get_host()))


class OverwriteLaterEdits(Page):
    """Lets an undo overwrite later edits: in the rows that were ticked, or in all, as another preview."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_task(request, pk)
        if "ticked" in request.POST:
            return _overwrite_ticked(request, task)
        return _to_what_is_made(request, task, lambda: service.overwrite_later_edits(task, request.user))


def _overwrite_ticked(request: HttpRequest, task: BulkOperationTask) -> HttpResponse:
    lines = [int(text) for text in request.POST.getlist("line") if text.isdecimal() and len(text) <= MOST_DIGITS]
    try:
        service.overwrite_rows(task, lines, request.user)
    except (service.NotEditable, service.LineNotFound) as error:
        messages.warning(request, translated_text(error.detail), fail_silently=True)
    return HttpResponseRedirect(address("task", task.pk))


def _typed_number(text: str) -> int | None:
    """A number as people type it, with separators perhaps; None if there is none."""
    digits = "".join(filter(str.isdecimal, text))
    return int(digits) if digits and len(digits) <= MOST_DIGITS else None


def _to_what_is_made(
    request: HttpRequest, task: BulkOperationTask, make: Callable[[], service.Submission | None]
) -> HttpResponse:
    """On to the new task, or back to where it was asked for, with the reason."""
    try:
        made = make()
        reason = _("This preview was applied or discarded before; nothing was started.")
    except UploadRefused as refusal:
        made, reason = None, " ".join(translated(found).message for found in refusal.problems)
    except (DocumentRefused, DiscoveryError) as error:
        made, reason = None, why_no_file(error)
    except (service.StorageUnavailable, FileNotFoundError):
        made, reason = None, storage_away()
    except service.TooManyTasks:
        made, reason = None, too_many_tasks()
    if made:
        return HttpResponseRedirect(address("task", made.task.pk))
    messages.warning(request, reason, fail_silently=True)
    return HttpResponseRedirect(address("task", task.pk))
