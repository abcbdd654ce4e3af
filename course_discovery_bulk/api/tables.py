"""The files of a task: its results, its rows that are to be fixed, and the upload that puts back what it changed."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from course_discovery_bulk import documents, service
from course_discovery_bulk.api.base import BulkOperationsView
from course_discovery_bulk.api.downloads import IgnoreAccept, download_csv, name_beside
from course_discovery_bulk.models import BulkOperationTask


class TaskTable(BulkOperationsView):
    """What the files have in common: the task must be in the user's sight, whatever the request accepts."""

    content_negotiation_class = IgnoreAccept

    def find_task(self, request: Request, pk: int) -> BulkOperationTask:
        """The task of that id, or 404."""
        return get_object_or_404(service.visible_tasks(request.user), pk=pk)


class TaskResults(TaskTable):
    """Every row of the file with what became of it."""

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        task = self.find_task(request, pk)
        return download_csv(documents.results(task), name_beside(task.original_filename, "results"))


class TaskFailed(TaskTable):
    """The rows that are to be fixed; the file can be uploaded again as it is."""

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        task = self.find_task(request, pk)
        return download_csv(documents.failed(task), name_beside(task.original_filename, "failed"))


class TaskUndo(TaskTable):
    """An upload that puts the previous values back; 409 where there can be none."""

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        task = self.find_task(request, pk)
        table = documents.undo(task, request.user, request.get_host())
        return download_csv(table, name_beside(task.original_filename, "undo"))
