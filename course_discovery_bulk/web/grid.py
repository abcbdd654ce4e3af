"""The parts of the grid that are asked for by themselves: one row, one cell, and the choice of columns."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.grid import GridView, GridWish
from course_discovery_bulk.presentation.grid_detail import CellDetail, describe_cells, find_row
from course_discovery_bulk.presentation.labels import row_words
from course_discovery_bulk.presentation.operations import columns_for
from course_discovery_bulk.web.base import Page, PageNotFound, address, find_readable_task
from course_discovery_bulk.web.grid_columns import choose_columns
from course_discovery_bulk.web.rows import may_edit


class ChooseColumns(Page):
    """Remembers which columns somebody wants to see, and shows the rows again as they were."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = find_readable_task(request, pk)
        choose_columns(request, task, [] if request.POST.get("forget") else request.POST.getlist("place"))
        query = QueryDict(request.POST.get("query", ""), mutable=True)
        query.pop("columns", None)
        return HttpResponseRedirect(f"{address('task', task.pk)}?{query.urlencode()}#rows")


def row_of(task: BulkOperationTask, line: int) -> BulkOperationRow:
    """The row of that line; PageNotFound if there is none."""
    row = find_row(task, line)
    if row is None:
        raise PageNotFound
    return row


def describe_row(request: HttpRequest, task: BulkOperationTask, row: BulkOperationRow) -> dict[str, Any]:
    """What the page of a row shows."""
    view = GridView(task, request.user, request.get_host())
    words = row_words(task, service.progress(task).counts)
    return {
        "tab": "",
        "task": task,
        "can_edit": may_edit(request, task),
        "row": view.grid([row], GridWish(words=words)).rows[0],
        "cells": list(describe_cells(view, row, columns_for(task, request.user, request.get_host()))),
    }


def describe_cell(request: HttpRequest, task: BulkOperationTask, row: BulkOperationRow, place: str) -> dict[str, Any]:
    """What is shown of one cell; PageNotFound if the grid has no such column."""
    view = GridView(task, request.user, request.get_host())
    facts = columns_for(task, request.user, request.get_host())
    cell = next(describe_cells(view, row, facts, place), None)
    if cell is None:
        raise PageNotFound
    return {
        "task": task,
        "line": row.line,
        "cell": cell,
        "is_left_out": row.is_left_out,
        "can_edit": may_edit(request, task),
        "others": _others(task, row, cell),
    }


def _others(task: BulkOperationTask, row: BulkOperationRow, cell: CellDetail) -> int:
    """How many other rows have the same problem with the same text in this column."""
    wrong = [placed.problem for placed in cell.problems if placed.problem.is_error]
    same = next((problem for problem in wrong if problem.value and problem.value == cell.text), None)
    return len(service.lines_with_problem(task, same.code, same.column, same.value)) - 1 if same else 0
