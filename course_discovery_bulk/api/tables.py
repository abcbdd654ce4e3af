"""The files made of a task, one address for each kind in the table of `reports.kinds`."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from rest_framework.request import Request

from course_discovery_bulk.api.base import BulkOperationsView, find_task
from course_discovery_bulk.api.downloads import IgnoreAccept
from course_discovery_bulk.reports.attachments import attach_csv, name_beside
from course_discovery_bulk.reports.kinds import TaskFile


class TaskTable(BulkOperationsView):
    """One kind of file, sent whatever the request accepts; 409 if the task has none."""

    content_negotiation_class = IgnoreAccept
    file: TaskFile | None = None  # given with the address

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        assert self.file is not None
        task = find_task(request, pk)
        table = self.file.make(task, request.user, request.get_host())
        return attach_csv(table, name_beside(task.original_filename, self.file.kind))
