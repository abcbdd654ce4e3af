"""The files of a task in the admin: the upload, its results, the rows to fix, and the upload that undoes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from course_discovery_bulk import service
from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.missing_files import why_no_file, why_no_upload
from course_discovery_bulk.reports.attachments import BINARY, attach, name_beside
from course_discovery_bulk.reports.formats import CSV, FORMATS, FileFormat
from course_discovery_bulk.reports.kinds import RESULTS, TaskFile, results, task_files

NAME: Final = "course_discovery_bulk_bulkoperationtask_file"
CHANGE: Final = "admin:course_discovery_bulk_bulkoperationtask_change"
UPLOADED: Final = "uploaded"


def file_kinds() -> dict[str, str]:
    """Every file a task may have, by its word in addresses, with what people call it: the upload and all made of it."""
    made = {word: _label(file, form) for word, (file, form) in _made_files().items()}
    return {UPLOADED: _("The uploaded file"), **made}


def file_links(task: BulkOperationTask) -> SafeString:
    """A link to every file; whether it can be made is found out when it is asked for."""
    return format_html_join(" | ", '<a href="{}">{}</a>', _addresses(task))


def send_file(request: HttpRequest, task: BulkOperationTask, kind: str) -> HttpResponseBase:
    """The file as an attachment, or back to the task with the reason why there is none."""
    assert request.user.is_authenticated  # the admin let nobody else in
    try:
        if kind == UPLOADED:
            return FileResponse(
                service.open_file(task), as_attachment=True, filename=task.original_filename, content_type=BINARY
            )
        file, form = _made_files()[kind]  # the caller has looked
        table = file.make(task, request.user, request.get_host())
        return attach(table, form, name_beside(task.original_filename, file.kind, form))
    except (DocumentRefused, DiscoveryError) as error:
        reason = why_no_file(error)
    except (FileNotFoundError, service.StorageUnavailable):
        reason = why_no_upload()
    messages.warning(request, reason)
    return HttpResponseRedirect(reverse(CHANGE, args=[task.pk]))


def send_results(request: HttpRequest, tasks: Iterable[BulkOperationTask]) -> HttpResponseBase:
    """The results of one task as they are, or of several in one archive, each under the number of its task."""
    chosen = list(tasks)
    if len(chosen) == 1:
        return send_file(request, chosen[0], RESULTS)
    archive = TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    with ZipFile(archive, "w", ZIP_DEFLATED) as bundle:
        for task in chosen:
            with bundle.open(f"{task.pk}-{name_beside(task.original_filename, RESULTS)}", "w") as entry:
                entry.writelines(CSV.write(results(task, request.user, request.get_host())))
    archive.seek(0)
    return FileResponse(archive, as_attachment=True, filename="results.zip", content_type="application/zip")


def _made_files() -> dict[str, tuple[TaskFile, FileFormat]]:
    """What is made of a task, in every format, by its word in addresses."""
    return {form.named(file.kind): (file, form) for file in task_files() for form in FORMATS}


def _label(file: TaskFile, form: FileFormat) -> str:
    return str(file.label) if form is CSV else _("%(label)s as a workbook (.xlsx)") % {"label": file.label}


def _addresses(task: BulkOperationTask) -> Iterator[tuple[str, str]]:
    for kind, label in file_kinds().items():
        yield reverse(f"admin:{NAME}", args=[task.pk, kind]), label
