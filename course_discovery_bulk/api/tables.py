"""The files of a task: its results, its rows that are to be fixed, and the upload that puts back what it changed."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from rest_framework.request import Request

from course_discovery_bulk.api.base import BulkOperationsView, find_task
from course_discovery_bulk.api.downloads import IgnoreAccept
from course_discovery_bulk.reports import catalogue
from course_discovery_bulk.reports.attachments import attach_csv, name_beside


class TaskTable(BulkOperationsView):
    """What the files have in common: they are sent whatever the request accepts."""

    content_negotiation_class = IgnoreAccept


class TaskResults(TaskTable):
    """Every row of the file with what became of it."""

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        task = find_task(request, pk)
        return attach_csv(catalogue.results(task), name_beside(task.original_filename, "results"))


class TaskFailed(TaskTable):
    """The rows that are to be fixed; the file can be uploaded again as it is."""

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        task = find_task(request, pk)
        return attach_csv(catalogue.failed(task), name_beside(task.original_filename, "failed"))


class TaskUndo(TaskTable):
    """An upload that puts the previous values back; 409 where there can be none."""

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        task = find_task(request, pk)
        table = catalogue.undo(task, request.user, request.get_host())
        return attach_csv(table, name_beside(task.original_filename, "undo"))
