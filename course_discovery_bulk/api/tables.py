"""The files made of a task, one address for each kind (`reports.kinds`) and format (`reports.formats`)."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from rest_framework.request import Request

from course_discovery_bulk.api.base import BulkOperationsView, find_task
from course_discovery_bulk.api.downloads import IgnoreAccept
from course_discovery_bulk.reports.attachments import attach, name_beside
from course_discovery_bulk.reports.formats import CSV, FileFormat
from course_discovery_bulk.reports.kinds import TaskFile


class TaskTable(BulkOperationsView):
    """One kind of file in one format, sent whatever the request accepts; 409 if the task has none."""

    content_negotiation_class = IgnoreAccept
    file: TaskFile | None = None  # given with the address
    form: FileFormat = CSV

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        assert self.file is not None
        task = find_task(request, pk)
        table = self.file.make(task, request.user, request.get_host())
        return attach(table, self.form, name_beside(task.original_filename, self.file.kind, self.form))
