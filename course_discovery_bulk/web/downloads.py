"""The files that people get from the page; where there is none, they are back on a page that says why."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect

from course_discovery_bulk import service
from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused
from course_discovery_bulk.presentation.missing_files import why_no_file, why_no_upload
from course_discovery_bulk.reports import operation_files
from course_discovery_bulk.reports.attachments import BINARY, attach_csv, name_beside, safe_name
from course_discovery_bulk.reports.kinds import TaskFile
from course_discovery_bulk.web.base import Page, address, find_task


class TaskTable(Page):
    """A table made of a task, of one of the kinds there are."""

    file: TaskFile | None = None  # given with the address

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        assert self.file is not None
        task = find_task(request, pk)
        try:
            table = self.file.make(task, request.user, request.get_host())
        except (DocumentRefused, DiscoveryError) as error:
            return _back(request, address("task", task.pk), why_no_file(error))
        return attach_csv(table, name_beside(task.original_filename, self.file.kind))


class UploadedFile(Page):
    """The file as it was uploaded."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        task = find_task(request, pk)
        try:
            file = service.open_file(task)
        except (FileNotFoundError, service.StorageUnavailable):
            return _back(request, address("task", task.pk), why_no_upload())
        return FileResponse(file, as_attachment=True, filename=safe_name(task.original_filename), content_type=BINARY)


class Template(Page):
    """The header line of an operation's files, with an example row where that is asked for."""

    def get(self, request: HttpRequest, type_name: str) -> HttpResponseBase:
        wants_example = request.GET.get("example") == "true"
        make = operation_files.template_with_example if wants_example else operation_files.template
        return attach_csv(make(type_name), f"{type_name}-{'example' if wants_example else 'template'}.csv")


class Export(Page):
    """What the catalog holds now, as a file that changes nothing when it is uploaded."""

    def get(self, request: HttpRequest, type_name: str) -> HttpResponseBase:
        organization = request.GET.get("org", "").strip()
        try:
            table = operation_files.export(type_name, request.user, request.get_host(), organization=organization)
        except (DocumentRefused, DiscoveryError) as error:
            return _back(request, f"{address('new')}?operation={type_name}", why_no_file(error))
        return attach_csv(table, f"{type_name}-export.csv")


def _back(request: HttpRequest, target: str, reason: str) -> HttpResponseRedirect:
    messages.warning(request, reason, fail_silently=True)
    return HttpResponseRedirect(target)
