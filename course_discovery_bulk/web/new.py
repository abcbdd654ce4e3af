"""A new upload: choose an operation, pick a file or paste cells, see at once what that is, send it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from course_discovery_bulk import conf, service
from course_discovery_bulk.exceptions import UnknownOperation, UploadRefused
from course_discovery_bulk.presentation.cards import card_of
from course_discovery_bulk.presentation.cells import PlacedProblem
from course_discovery_bulk.presentation.labels import previewed_first
from course_discovery_bulk.presentation.operations import (
    ColumnFacts,
    OperationFacts,
    describe_operation,
)
from course_discovery_bulk.presentation.reading import decimal_choices, delimiter_choices
from course_discovery_bulk.problems import Problem, translated
from course_discovery_bulk.service.inspection import FileLook
from course_discovery_bulk.text.messages import translated as translated_text
from course_discovery_bulk.web.base import (
    Page,
    address,
    largest_size,
    pasted_too_much,
    show,
    storage_away,
    too_many_tasks,
)
from course_discovery_bulk.web.export_form import export_choices
from course_discovery_bulk.web.forms import READING, RUN, CheckForm, UploadForm
from course_discovery_bulk.web.listing import TaskLine, lines_of
from course_discovery_bulk.web.matching import chosen_mapping, matching_table, read_as, save_mapping
from course_discovery_bulk.web.pasting import most_pasted_bytes

LATEST: Final = 5
TOLD_AT_ONCE: Final = ("pasted", "header_row")
PARAMETER: Final = "operation"


class NewUpload(Page):
    """The form, and the sending of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get(PARAMETER, "")
        return _show_form(request, _wanted_operation(wanted), is_chosen=bool(wanted))

    def post(self, request: HttpRequest) -> HttpResponse:
        operation = _wanted_operation(request.POST.get("task_type", ""))
        form = UploadForm(request.POST, request.FILES, on_existing=_on_existing(operation))
        if "is_whole" not in request.POST:
            form.add_error(None, _("The upload was cut off on its way. Pick the file and send it again."))
        if not form.is_valid():
            return _show_form(request, operation, form, problems=())
        try:
            submission = _submit(request, form)
        except UploadRefused as refusal:
            return _show_form(request, operation, form, problems=refusal.problems, checked=_look_again(request, form))
        except service.StorageUnavailable:
            form.add_error(None, storage_away())
            return _show_form(request, operation, form, problems=(), status=503)
        except service.TooManyTasks:
            form.add_error(None, too_many_tasks())
            return _show_form(request, operation, form, problems=(), status=429)
        save_mapping(request, submission.task)
        if form.cleaned_data["wish"] == RUN and submission.task.options.get("dry_run"):
            messages.info(request, previewed_first(submission.task.total_count), fail_silently=True)
        return HttpResponseRedirect(address("task", submission.task.pk))


class CheckFile(Page):
    """What can be said of a file or of cells that were not sent yet; nothing of them is kept."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CheckForm(request.POST, request.FILES)
        if not form.is_valid():
            return HttpResponse(_told(form))
        try:
            look = _look_at(request, form.cleaned_data)
        except service.StorageUnavailable:
            return HttpResponse(format_html('<p class="small">{}</p>', storage_away()))
        return show(request, "_file_check.html", _checked(request, look, form.cleaned_data))


def _told(form: CheckForm) -> SafeString:
    """What is wrong before the file is looked at; nothing if there is none yet."""
    errors = [error for name in TOLD_AT_ONCE for error in form.errors.get(name, ())]
    return format_html_join("", '<p class="wrong">{}</p>', ((error,) for error in errors))


def _look_again(request: HttpRequest, form: UploadForm) -> dict[str, Any]:
    """The table of columns of a file that was refused, for a reader without scripts."""
    try:
        return _checked(request, _look_at(request, form.cleaned_data), form.cleaned_data)
    except service.StorageUnavailable:
        return {}


def _look_at(request: HttpRequest, given: Mapping[str, Any]) -> FileLook:
    """The file as it would be read if nothing in the table of columns were changed."""
    return service.inspect(
        request.user,
        file=given["csv_file"],
        task_type=given["task_type"],
        site_domain=request.get_host(),
        mapping=chosen_mapping(request.POST),
        options={name: given[name] for name in READING},
        takes_likely=True,
    )


def _checked(request: HttpRequest, look: FileLook, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the part of the page about a picked file shows."""
    facts = describe_operation(given["task_type"], request.user, request.get_host())
    table = matching_table(request, look, facts) if look.header else None
    parts = _parted([placed for placed in look.problems if not (table and table.shows(placed.problem))])
    words = {"delimiters": delimiter_choices(), "decimals": decimal_choices()}
    chosen = {**given, **(look.recalled.options if look.recalled else {})}
    return {
        "look": look,
        "name": given["csv_file"].name,
        "table": table,
        "chosen": chosen,
        "read_as": read_as(chosen),
        **words,
        **parts,
    }


def _parted(problems: Sequence[PlacedProblem]) -> dict[str, list[PlacedProblem]]:
    return {
        "errors": [placed for placed in problems if placed.problem.is_error],
        "notes": [placed for placed in problems if not placed.problem.is_error],
    }


def _submit(request: HttpRequest, form: UploadForm) -> service.Submission:
    """A form that was sent before with another file or wish (somebody went back) is a new upload.

    What writes so many rows that their number must be typed is previewed first: it is typed there.
    """
    asked: dict[str, Any] = {
        "file": form.cleaned_data["csv_file"],
        "task_type": form.cleaned_data["task_type"],
        "options": form.options(),
        "site_domain": request.get_host(),
        "mapping": chosen_mapping(request.POST),
        "confirmation": service.Confirmation(),
    }
    try:
        return service.submit(request.user, idempotency_key=str(form.cleaned_data["sent_once"]), **asked)
    except service.ConfirmationNeeded:
        asked["options"] |= {"dry_run": True}
        return service.submit(request.user, idempotency_key=f"{form.cleaned_data['sent_once']}-preview", **asked)
    except service.KeyReused:
        return service.submit(request.user, idempotency_key=str(uuid.uuid4()), **asked)


def _wanted_operation(name: str) -> str:
    """The operation of that name, or the first there is."""
    names = [operation.type for operation in service.operations()]
    if name and name not in names:
        raise UnknownOperation(name)
    return name or names[0]


def _on_existing(type_name: str) -> Sequence[str]:
    return next(operation.on_existing for operation in service.operations() if operation.type == type_name)


def _show_form(
    request: HttpRequest,
    type_name: str,
    form: UploadForm | None = None,
    *,
    problems: Sequence[Problem] | None = None,
    checked: Mapping[str, Any] | None = None,
    status: int = 400,
    is_chosen: bool = True,
) -> HttpResponse:
    """The page; `problems` is given where an upload was refused."""
    facts = describe_operation(type_name, request.user, request.get_host())
    context: Mapping[str, Any] = {
        "tab": "new",
        "operations": [card_of(operation) for operation in service.operations()],
        "operation": facts,
        "chosen_operation": card_of(facts),
        "is_chosen": is_chosen,
        "columns": _columns(facts),
        **(export_choices(request) if facts.has_export else {}),
        "form": form or _empty_form(facts),
        "sent_once": uuid.uuid4(),
        "refused": problems is not None,
        "problems": [translated(found) for found in problems or ()],
        "latest": _latest(request),
        "max_bytes": conf.read().max_file_bytes,
        "max_size": largest_size(),
        "most_pasted_bytes": most_pasted_bytes(),
        "most_pasted": pasted_too_much(),
        "max_rows": number_format(conf.read().max_rows, force_grouping=True),
    }
    context = {**context, **(checked or {})}
    return show(request, "new.html", context, status=200 if problems is None else status)


def _empty_form(facts: OperationFacts) -> UploadForm:
    return UploadForm(on_existing=facts.on_existing)


def _columns(facts: OperationFacts) -> dict[str, list[ColumnFacts]]:
    """What a file must have apart from what it may have."""
    must = {*facts.required, *facts.either}
    columns = [replace(column, help=translated_text(column.help)) for column in facts.columns]
    return {
        "required": [column for column in columns if column.name in must],
        "optional": [column for column in columns if column.name not in must],
    }


def _latest(request: HttpRequest) -> list[TaskLine]:
    return lines_of(service.visible_tasks(request.user).filter(uploaded_by_id=request.user.pk)[:LATEST])
