"""Edits of a preview from its page: cells, whole rows, equal problems. Without a script each ends on a page to see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.grid import GridColumn, GridView
from course_discovery_bulk.text.messages import translated as translated_text
from course_discovery_bulk.web.base import Page, PageNotFound, address, find_readable_task, find_task, is_by_htmx, show
from course_discovery_bulk.web.edited import show_edited
from course_discovery_bulk.web.grid import describe_cell, describe_row, row_of

Refusal = service.NotEditable | service.StaleEdit | service.UnknownColumn | service.LineNotFound
REFUSALS = (service.NotEditable, service.StaleEdit, service.UnknownColumn, service.LineNotFound)


class Edit(Page, ABC):
    """One edit of a preview; if it is refused, nothing is changed and the reason is shown."""

    @abstractmethod
    def edit(self, task: BulkOperationTask) -> service.Edited:
        """Make the edit."""

    def post(self, request: HttpRequest, pk: int, **_place: Any) -> HttpResponse:
        task = find_task(request, pk)
        try:
            edited = self.edit(task)
        except REFUSALS as refusal:
            task.refresh_from_db()
            return self.refuse(task, refusal)
        return show_edited(request, task, edited)

    def refuse(self, task: BulkOperationTask, refusal: Refusal) -> HttpResponse:
        """The reason: in the panel of a cell, or on the page."""
        if is_by_htmx(self.request):
            return show(self.request, "_edit_refused.html", {"task": task, "reason": translated_text(refusal.detail)})
        messages.warning(self.request, translated_text(refusal.detail), fail_silently=True)
        return HttpResponseRedirect(address("task", task.pk))

    def column(self, task: BulkOperationTask, place: str) -> GridColumn:
        """The column at a place of the grid; PageNotFound if there is none."""
        column = GridView(task, self.request.user, self.request.get_host()).column_at(place)
        if column is None:
            raise PageNotFound
        return column


class EditCell(Edit):
    """One cell; or all cells of its column that say the same."""

    def get(self, request: HttpRequest, pk: int, line: int, place: str) -> HttpResponse:
        task = find_readable_task(request, pk)
        if not is_by_htmx(request):
            return HttpResponseRedirect(f"{address('row', pk, line)}#cell-{line}-{place}")
        return show(request, "_cell_panel.html", describe_cell(request, task, row_of(task, line), place))

    def edit(self, task: BulkOperationTask) -> service.Edited:
        column = self.column(task, self.kwargs["place"])
        value, before = self.request.POST.get("value", ""), self.request.POST.get("before")
        if before and self.request.POST.get("everywhere"):
            return service.replace_value(task, column.key, before, value, self.request.user)
        cell = service.CellEdit(line=self.kwargs["line"], column=column.key, value=value, before=before)
        return service.edit_cells(task, [cell], self.request.user)

    def refuse(self, task: BulkOperationTask, refusal: Refusal) -> HttpResponse:
        if not is_by_htmx(self.request) or isinstance(refusal, service.LineNotFound):
            return super().refuse(task, refusal)
        line, place = self.kwargs["line"], self.kwargs["place"]
        stale = refusal.cells if isinstance(refusal, service.StaleEdit) else ()
        context = {
            **describe_cell(self.request, task, row_of(task, line), place),
            "reason": translated_text(refusal.detail),
            "stale": stale,
            "given": self.request.POST.get("value", ""),
        }
        return show(self.request, "_cell_panel.html", context)


class EditRow(Edit):
    """One row on a page of its own: all its cells with whole texts and everything that is wrong; several are edited."""

    def get(self, request: HttpRequest, pk: int, line: int) -> HttpResponse:
        task = find_readable_task(request, pk)
        return show(request, "row.html", describe_row(request, task, row_of(task, line)))

    def edit(self, task: BulkOperationTask) -> service.Edited:
        view = GridView(task, self.request.user, self.request.get_host())
        given = self.request.POST
        edits = [
            service.CellEdit(line=self.kwargs["line"], column=column.key, value=value, before=before)
            for column in (*view.columns, *view.added)
            if (value := given.get(f"value-{column.place}")) is not None
            and (before := given.get(f"before-{column.place}", "")) != value
        ]
        return service.edit_cells(task, edits, self.request.user)

    def refuse(self, task: BulkOperationTask, refusal: Refusal) -> HttpResponse:
        messages.warning(self.request, translated_text(refusal.detail), fail_silently=True)
        return HttpResponseRedirect(address("row", task.pk, self.kwargs["line"]))


class ReplaceValue(Edit):
    """One value in all rows with the same problem, in place of what they say."""

    def edit(self, task: BulkOperationTask) -> service.Edited:
        code, about, value = problem_meant(self.request)
        new, column = self.request.POST.get("new", ""), self.column(task, self.request.POST.get("place", ""))
        if value:
            return service.replace_value(task, column.key, value, new, self.request.user, code=code)
        lines = service.lines_with_problem(task, code, about, value)
        cells = [service.CellEdit(line=line, column=column.key, value=new, before="") for line in lines]
        return service.edit_cells(task, cells, self.request.user)


class LeaveOut(Edit):
    """Rows that are not to be written: those with a problem, or one."""

    def edit(self, task: BulkOperationTask) -> service.Edited:
        return service.leave_out(task, lines_meant(self.request, task), self.request.user)


class PutBack(Edit):
    """Rows that were left out and are to be written after all."""

    def edit(self, task: BulkOperationTask) -> service.Edited:
        return service.put_back(task, lines_meant(self.request, task), self.request.user)


def problem_meant(request: HttpRequest) -> tuple[str, str | None, str | None]:
    """The problem that a form names: its code, column and value."""
    given = request.POST
    return given.get("code", ""), given.get("about"), given.get("value")


def lines_meant(request: HttpRequest, task: BulkOperationTask) -> list[int]:
    """The rows that a form names: by line, or by the problem that they have."""
    if "code" in request.POST:
        return service.lines_with_problem(task, *problem_meant(request))
    return [int(line) for line in request.POST.getlist("line") if line.isdecimal() and len(line) < 10]
