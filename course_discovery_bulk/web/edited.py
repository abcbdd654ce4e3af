"""What is shown after an edit: to a script the rows, counts and side effects that changed; to others the page again."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.editing import edited_sentence, lines_waiting, rechecked_sentence
from course_discovery_bulk.presentation.grid import Grid
from course_discovery_bulk.web.base import Page, address, find_readable_task, is_by_htmx, show
from course_discovery_bulk.web.rows import grid_of_lines
from course_discovery_bulk.web.tasks import describe_task, is_rechecking

SAVED = "saved"  # tells the script that a panel can be closed


class RecheckProgress(Page):
    """How far the check of edited rows is; after it, the page with its result."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_readable_task(request, pk)
        if is_rechecking(task):
            return show(request, "_rechecking.html", {"task": task, "waiting": lines_waiting(task)})
        return _whole_page(request, task, rechecked_sentence(task))


def show_edited(request: HttpRequest, task: BulkOperationTask, edited: service.Edited) -> HttpResponse:
    """What an edit led to."""
    news = edited_sentence(edited.changed, len(edited.rows) - edited.changed, waits=edited.waits)
    if not is_by_htmx(request):
        messages.info(request, news, fail_silently=True)
        return HttpResponseRedirect(address("task", task.pk))
    grid = _changed_part(request, task, edited)
    if grid is None:
        return _whole_page(request, task, news)
    _look_as_before(request)
    context = {**describe_task(request, task), "grid": grid, "news": news, "is_beside": True, "notes": ()}
    answer = show(request, "_grid_edited.html", context)
    answer["X-Grid"] = SAVED
    return answer


def _changed_part(request: HttpRequest, task: BulkOperationTask, edited: service.Edited) -> Grid | None:
    """The rows to show anew among those on the page; None if that is not enough."""
    places, lines = request.POST.get("shown_places"), request.POST.get("shown_lines")
    if edited.waits or places is None or lines is None:
        return None
    shown = {int(line) for line in lines.split(",") if line.isdecimal()}
    changed = [row.line for row in edited.rows if row.line in shown]
    return grid_of_lines(request, task, changed, places.split(","))


def _whole_page(request: HttpRequest, task: BulkOperationTask, news: str) -> HttpResponse:
    _look_as_before(request)
    answer = show(request, "_task_changed.html", {**describe_task(request, task), "news": news})
    answer["HX-Retarget"], answer["HX-Reswap"], answer["X-Grid"] = "#task", "outerHTML show:none", SAVED
    return answer


def _look_as_before(request: HttpRequest) -> None:
    """The page is shown as its reader has it: searched, sorted and narrowed as its address says."""
    seen = urlsplit(request.headers.get("HX-Current-URL", "")).query
    request.GET = QueryDict(seen)
