"""The forms of the page; whether a file or an option is accepted is for `service` to say."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk import conf
from course_discovery_bulk.choices import DateOrder, Notify, OnError, OnExisting
from course_discovery_bulk.models import BulkOperationTask, SavedMapping
from course_discovery_bulk.presentation.labels import TASK_WORDS
from course_discovery_bulk.presentation.operations import operation_choices
from course_discovery_bulk.presentation.reading import encoding_choices
from course_discovery_bulk.web.pasting import pasted_file

READING = ("encoding", "delimiter", "sheet", "header_row", "decimal")
RUN, PREVIEW = "run", "preview"
ON_ERROR = (
    ("", _("Process valid rows and report the others")),
    (OnError.ALL_OR_NOTHING, _("Write nothing if any row has a problem")),
    (OnError.STOP, _("Stop when too many rows have failed")),
)
ON_EXISTING = {
    OnExisting.SKIP: _("Leave it unchanged"),
    OnExisting.UPDATE: _("Update it as the row says"),
    OnExisting.CREATE: _("Create a second run"),
}
DATE_ORDER = (
    ("", _("Report it as a problem")),
    (DateOrder.MONTH_FIRST, _("March 4 (month first)")),
    (DateOrder.DAY_FIRST, _("3 April (day first)")),
)


class FileForm(forms.Form):
    """A file, or cells that were pasted instead, and the operation they are meant for.

    Cells that were pasted are a file from here on: `csv_file` has either.
    """

    task_type = forms.ChoiceField(choices=operation_choices, widget=forms.HiddenInput)
    csv_file = forms.FileField(label=_("File"), allow_empty_file=True, required=False)
    pasted = forms.CharField(label=_("Pasted cells"), widget=forms.Textarea, required=False, strip=False)

    sheet = forms.CharField(label=_("Sheet"), required=False, strip=False)
    header_row = forms.IntegerField(label=_("Row of the header"), min_value=1, max_value=10**6, required=False)
    delimiter = forms.CharField(label=_("Cells are separated by"), required=False)
    decimal = forms.CharField(label=_("Decimals of prices"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        text = given.get("pasted", "")
        if not text.strip():
            if not given.get("csv_file") and "csv_file" not in self.errors:
                self.add_error("csv_file", _("Choose a file, or paste cells."))
        elif given.get("csv_file"):
            self.add_error("pasted", _("You chose a file and pasted cells. Empty the box, or remove the file."))
        else:
            given |= {"csv_file": pasted_file(text), "encoding": ""}  # the encoding is known, whatever was chosen
        return given


class UploadForm(FileForm):
    """What is uploaded, and options.

    `sent_once` keeps a double click from making two tasks. `is_whole` is the last field of the page: an upload that was
    cut off on its way has lost it, and perhaps its wish for a mere preview with it.
    """

    sent_once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    on_error = forms.ChoiceField(
        label=_("If some rows have problems"), choices=ON_ERROR, widget=forms.RadioSelect, required=False
    )
    stop_after = forms.IntegerField(
        label=_("Stop after this many failed rows"), min_value=1, max_value=10**6, required=False, initial=10
    )
    date_order = forms.ChoiceField(
        label=_("A date such as 03/04/2027"), choices=DATE_ORDER, widget=forms.RadioSelect, required=False
    )
    notify = forms.ChoiceField(
        label=_("Email me when it finishes"),
        choices=Notify.choices,
        widget=forms.RadioSelect,
        required=False,
        initial=lambda: conf.read().notify,
    )
    encoding = forms.ChoiceField(label=_("Encoding of a CSV file"), choices=encoding_choices, required=False)
    wish = forms.ChoiceField(choices=((PREVIEW, ""), (RUN, "")), widget=forms.HiddenInput)
    is_whole = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, on_existing: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["csv_file"].widget.attrs.update({"accept": ".csv,.tsv,.txt,.xlsx,.ods,.xls", "class": "file-input"})
        self.fields["pasted"].widget.attrs.update(
            {"rows": 6, "wrap": "off", "spellcheck": "false", "aria-describedby": "paste-help"}
        )
        if len(on_existing) > 1:
            choices = [
                (value if place else "", ON_EXISTING.get(OnExisting(value), value))
                for place, value in enumerate(on_existing)
            ]
            self.fields["on_existing"] = forms.ChoiceField(
                label=_("If the course already exists"), choices=choices, widget=forms.RadioSelect, required=False
            )

    def options(self) -> dict[str, Any]:
        """The options of the upload, for `service` to judge."""
        given = {
            name: self.cleaned_data.get(name) for name in ("on_error", "on_existing", "date_order", "notify", *READING)
        }
        stops = given["on_error"] == OnError.STOP
        return {
            **given,
            "stop_after": self.cleaned_data.get("stop_after") if stops else None,
            "dry_run": self.cleaned_data["wish"] == PREVIEW,
        }


class CheckForm(FileForm):
    """What has only been picked or pasted, and is not sent yet."""

    encoding = forms.CharField(required=False)


class MappingForm(forms.Form):
    """The name of a saved mapping, and the organization that it is shared with."""

    name = forms.CharField(label=_("Name"), max_length=100)
    group = forms.ChoiceField(label=_("Shared with"), required=False)

    def __init__(self, data: QueryDict | None = None, *, saved: SavedMapping, groups: Sequence[Group]) -> None:
        given = {"name": saved.name, "group": str(saved.group_id or "")}
        super().__init__(data, initial=given, auto_id=f"id_{saved.pk}_%s")
        self.saved = saved
        self._groups = {str(group.pk): group for group in groups}
        names = [(key, group.name) for key, group in self._groups.items()]
        self.fields["group"].choices = [("", _("nobody")), *names]  # type: ignore[attr-defined]

    @property
    def group_chosen(self) -> Group | None:
        """The group to share with from now on."""
        return self._groups.get(self.cleaned_data["group"])


class HistoryForm(forms.Form):
    """What the list of uploads is narrowed by; days are those of UTC."""

    name = forms.CharField(label=_("File name"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("Status"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    person = forms.CharField(label=_("Person"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    since = forms.DateField(label=_("From (UTC)"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To (UTC)"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, is_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All statuses")), *TASK_WORDS.items()]  # type: ignore[attr-defined]
        self.fields["operation"].choices = [("", _("All operations")), *operation_choices()]  # type: ignore[attr-defined]
        if not is_staff:
            del self.fields["person"]

    def narrow(self, tasks: QuerySet[BulkOperationTask]) -> QuerySet[BulkOperationTask]:
        """The tasks that fit everything that was given; what makes no sense narrows nothing."""
        given = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        wanted = {
            "original_filename__icontains": given.get("name"),
            "status": given.get("state"),
            "task_type": given.get("operation"),
            "uploaded_by__username__icontains": given.get("person"),
            "created__gte": _start_of(given.get("since")),
            "created__lt": _start_of(given.get("until"), days=1),
        }
        return tasks.filter(**{name: value for name, value in wanted.items() if value})

    @property
    def is_used(self) -> bool:
        """Whether anything was given."""
        return any(self.data.get(name) for name in self.fields)


def _start_of(day: date | None, days: int = 0) -> datetime | None:
    """The first moment of the day that many days later; None if there is no such day."""
    with suppress(OverflowError):
        return datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=days) if day else None
    return None
