"""The upload form of the admin; whether a file is accepted is for `service` to say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk import problems, service
from course_discovery_bulk.choices import DateOrder, Notify, OnError, OnExisting
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.presentation.operations import operation_choices
from course_discovery_bulk.presentation.reading import DECIMAL_WORDS, delimiter_choices, encoding_choices

OPTION_LABELS = {
    "on_error": _("If rows are wrong"),
    "on_existing": _("If the course already exists"),
    "date_order": _("Dates such as 03/04/2027 are"),
    "notify": _("Email me when it finishes"),
    "encoding": _("Encoding of a CSV file"),
    "delimiter": _("Cells of a CSV file are separated by"),
    "decimal": _("Decimals of prices follow a"),
}
USUAL_LABELS = {
    "on_error": _("As usual: do the good rows"),
    "on_existing": _("As usual: skip the row"),
    "date_order": _("As usual: a problem of their row"),
    "notify": _("As this site usually does"),
    "encoding": _("Find out"),
    "delimiter": _("Find out"),
    "decimal": _("Find out"),
}
VALUE_LABELS: dict[str, Any] = {
    value: label for words in (OnError, OnExisting, DateOrder, Notify) for value, label in words.choices
}
VALUE_LABELS |= dict(encoding_choices())
VALUE_LABELS |= dict(delimiter_choices())


STORED_LABELS = {
    **OPTION_LABELS,
    "dry_run": _("Preview only"),
    "overwrite_later_edits": _("Overwrite later edits"),
    "stop_after": _("Stop after this many failed rows"),
    "notify": _("Mail at the end"),
    "sheet": _("Sheet"),
    "header_row": _("Row of the header"),
}
YES_NO = {True: _("Yes"), False: _("No")}


def options_in_words(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The options that an upload was given, as the form calls them."""
    return [
        (
            str(STORED_LABELS.get(name, name)),
            str(YES_NO[value] if isinstance(value, bool) else _label(name, value)),
        )
        for name, value in options.items()
        if value is not None
    ]


class UploadForm(forms.Form):
    """File, operation and the options that `service` knows; `sent_once` keeps a double click from making two tasks."""

    csv_file = forms.FileField(label=_("File"), allow_empty_file=True)
    task_type = forms.ChoiceField(label=_("Operation"), choices=operation_choices)
    dry_run = forms.BooleanField(label=_("Preview only: write nothing yet"), required=False)
    sent_once = forms.UUIDField(label="", widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in service.option_choices().items():
            self.fields[name] = _option_field(name, values)

    def submit(self, request: HttpRequest) -> service.Submission | None:
        """Hand the upload over; None if it was refused, with the reasons among the form's errors."""
        assert request.user.is_authenticated  # the admin let nobody else in
        try:
            return service.submit(
                request.user,
                file=self.cleaned_data["csv_file"],
                task_type=self.cleaned_data["task_type"],
                options={name: self.cleaned_data[name] for name in ("dry_run", *service.option_choices())},
                site_domain=request.get_host(),
                idempotency_key=str(self.cleaned_data["sent_once"]),
                confirmation=service.Confirmation(),
            )
        except UploadRefused as refusal:
            found = map(problems.translated, refusal.problems)
            texts = [f"{problem.message} {problem.hint}".strip() for problem in found]
            self.add_error("csv_file", ValidationError(texts))
        except service.ConfirmationNeeded as needed:
            text = _("This file would write up to %(n)d rows. Preview it first. You type that number to apply it.")
            self.add_error("dry_run", text % {"n": needed.rows})
        except service.KeyReused:
            self.add_error(None, _("This form has been sent before, with another file. Open a new one."))
        except service.TooManyTasks:
            self.add_error(None, _("Too many of your tasks wait already. Upload this when some of them have ended."))
        except service.StorageUnavailable:
            self.add_error(None, _("Files cannot be stored or read at the moment. Try again later."))
        return None


def _option_field(name: str, values: Sequence[str]) -> forms.ChoiceField:
    choices = [
        ("", USUAL_LABELS.get(name, _("As usual"))),
        *((value, _label(name, value)) for value in values),
    ]
    return forms.ChoiceField(label=OPTION_LABELS.get(name, name), choices=choices, required=False)


def _label(name: str, value: Any) -> Any:
    return DECIMAL_WORDS[value] if name == "decimal" else VALUE_LABELS.get(value, value)
