"""The files that people get from the page; where there is none, they are back on a page that says why."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect

from course_discovery_bulk import service
from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused
from course_discovery_bulk.presentation.missing_files import why_no_file, why_no_upload
from course_discovery_bulk.reports import operation_files
from course_discovery_bulk.reports.attachments import BINARY, attach, name_beside, safe_name
from course_discovery_bulk.reports.export_choice import read_choice
from course_discovery_bulk.reports.formats import CSV, FileFormat
from course_discovery_bulk.reports.kinds import TaskFile
from course_discovery_bulk.web.base import Page, address, find_task


class TaskTable(Page):
    """A table made of a task, of one of the kinds there are."""

    file: TaskFile | None = None  # given with the address
    form: FileFormat = CSV

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        assert self.file is not None
        task = find_task(request, pk)
        try:
            table = self.file.make(task, request.user, request.get_host())
            return attach(table, self.form, name_beside(task.original_filename, self.file.kind, self.form))
        except (DocumentRefused, DiscoveryError) as error:
            return _back(request, address("task", task.pk), why_no_file(error))


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

    form: FileFormat = CSV

    def get(self, request: HttpRequest, type_name: str) -> HttpResponseBase:
        wants_example = request.GET.get("example") == "true"
        make = operation_files.template_with_example if wants_example else operation_files.template
        table = make(type_name, request.user, request.get_host())
        return attach(table, self.form, f"{type_name}-{'example' if wants_example else 'template'}.{self.form.suffix}")


class Export(Page):
    """What the catalog holds now, as a file that changes nothing when it is uploaded."""

    form: FileFormat = CSV

    def get(self, request: HttpRequest, type_name: str) -> HttpResponseBase:
        try:
            table = operation_files.export(type_name, request.user, request.get_host(), read_choice(request.GET.dict()))
            return attach(table, self.form, f"{type_name}-export.{self.form.suffix}")
        except (DocumentRefused, DiscoveryError) as error:
            return _back(request, f"{address('new')}?operation={type_name}", why_no_file(error))


def _back(request: HttpRequest, target: str, reason: str) -> HttpResponseRedirect:
    messages.warning(request, reason, fail_silently=True)
    return HttpResponseRedirect(target)
