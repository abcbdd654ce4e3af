"""Tasks in the admin: the list with its progress, one task with its stages and problems, and the upload."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Model, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk.admin.record import RecordAdmin
from course_discovery_bulk.admin.tables import EMPTY, problem_table, table
from course_discovery_bulk.admin.upload import UploadForm, operation_choices
from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

COUNTED = tuple(status for status in RowStatus if status not in OPEN_ROW_STATUSES)
STAGES = ("created", "ingested_at", "validated_at", "started_at", "cancel_requested_at", "finished_at", "notified_at")
OPEN_TASK_DONE = "rows_done"
URLS = "admin:course_discovery_bulk"


class OperationFilter(admin.SimpleListFilter):
    """The registered operations by name, without a query."""

    title = _("operation")
    parameter_name = "task_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return operation_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[BulkOperationTask]) -> QuerySet[BulkOperationTask]:
        return queryset.filter(task_type=self.value()) if self.value() else queryset


@admin.register(BulkOperationTask)
class BulkOperationTaskAdmin(RecordAdmin):
    """Read only but for the upload. A superuser may delete a task that has ended, with its rows."""

    list_display = (
        "id",
        "original_filename",
        "operation",
        "status",
        "progress",
        "uploaded_by",
        "created",
        "duration",
    )
    list_filter = ("status", OperationFilter, "created")
    list_select_related = ("uploaded_by",)
    search_fields = ("original_filename", "uploaded_by__username", "task_id")
    ordering = ("-created", "-id")
    fieldsets = (
        (None, {"fields": ("original_filename", "operation", "status", "progress", "uploaded_by", "row_link")}),
        (_("Result"), {"fields": ("count_list", "error_list", "note_list")}),
        (_("Stages"), {"fields": ("stage_list", "duration")}),
        (_("Upload"), {"fields": ("option_list", "column_list", "file_size", "file_sha256", "task_id", "parent")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkOperationTask]:
        """With the rows done of tasks that go on, so that a list of them takes no query per task."""
        tasks = cast("QuerySet[BulkOperationTask]", super().get_queryset(request))
        goes_on = When(validated_at__isnull=False, finished_at__isnull=True, then=_rows_done())
        return tasks.annotate(**{OPEN_TASK_DONE: Case(goes_on, default=None)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        ended = not isinstance(obj, BulkOperationTask) or obj.is_final
        return ended and bool(request.user.is_active and request.user.is_superuser)

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What would go, with rows as a number: ten thousand names would say less."""
        tasks = list(objs)
        rows = BulkOperationRow.objects.filter(task__in=tasks).count()
        counts = {str(self.opts.verbose_name_plural): len(tasks), str(_("rows")): rows}
        refused = {task for task in tasks if not self.has_delete_permission(request, task)}
        return [str(task) for task in tasks], counts, {str(self.opts.verbose_name) for _task in refused}, []

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The upload form; a refused file comes back with its problems."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        submission = form.submit(request) if form.is_valid() else None
        if submission is None:
            return self._show_upload(request, form, extra_context or {})
        messages.success(request, gettext("The file was accepted."))
        return HttpResponseRedirect(reverse(f"{URLS}_bulkoperationtask_change", args=[submission.task.pk]))

    def _show_upload(self, request: HttpRequest, form: UploadForm, extra_context: dict[str, Any]) -> HttpResponse:
        plain_form = cast("Any", form)  # the admin's templates need no model form, only its types say so
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Upload a file"),
            "adminform": helpers.AdminForm(
                plain_form, [(None, {"fields": list(form.fields)})], {}, (), model_admin=self
            ),
            "errors": helpers.AdminErrorList(plain_form, []),
            "inline_admin_formsets": [],
            "media": self.media + form.media,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            **extra_context,
        }
        return self.render_change_form(request, context, add=True)

    @admin.display(description=_("operation"), ordering="task_type")
    def operation(self, task: BulkOperationTask) -> str:
        return dict(operation_choices()).get(task.task_type, task.task_type)

    @admin.display(description=_("progress"))
    def progress(self, task: BulkOperationTask) -> str:
        """Rows done of all: of a task that goes on, as its rows say; later, as it was summed up."""
        done = sum(_count(task, status) for status in COUNTED) if task.is_final else getattr(task, OPEN_TASK_DONE)
        return f"{done or 0}/{task.total_count}"

    @admin.display(description=_("duration"))
    def duration(self, task: BulkOperationTask) -> str:
        if task.started_at is None:
            return EMPTY
        seconds = ((task.finished_at or timezone.now()) - task.started_at).total_seconds()
        return str(timedelta(seconds=round(seconds)))

    @admin.display(description=_("rows"))
    def row_link(self, task: BulkOperationTask) -> SafeString:
        address = reverse(f"{URLS}_bulkoperationrow_changelist")
        return format_html('<a href="{}?task__id__exact={}">{}</a>', address, task.pk, gettext("Show the rows"))

    @admin.display(description=_("counts"))
    def count_list(self, task: BulkOperationTask) -> SafeString | str:
        buckets = ((status.label, _count(task, status)) for status in COUNTED)
        return table((gettext("Rows"), gettext("Number")), [*buckets, (gettext("All"), task.total_count)])

    @admin.display(description=_("problems of rows"))
    def error_list(self, task: BulkOperationTask) -> SafeString | str:
        errors = (task.task_summary or {}).get("errors", {})
        return table((gettext("Code"), gettext("Problems")), errors.items())

    @admin.display(description=_("problems of the file"))
    def note_list(self, task: BulkOperationTask) -> SafeString | str:
        return problem_table(task.notes)

    @admin.display(description=_("stages"))
    def stage_list(self, task: BulkOperationTask) -> SafeString | str:
        reached = ((label_for_field(name, type(task), self), getattr(task, name)) for name in STAGES)
        lines = ((label, date_format(localtime(when), "DATETIME_FORMAT")) for label, when in reached if when)
        return table((gettext("Stage"), gettext("Time")), lines)

    @admin.display(description=_("options"))
    def option_list(self, task: BulkOperationTask) -> SafeString | str:
        return table((gettext("Option"), gettext("Value")), task.options.items())

    @admin.display(description=_("columns"))
    def column_list(self, task: BulkOperationTask) -> str:
        return ", ".join(str(header) for header in task.headers) or EMPTY


def _count(task: BulkOperationTask, status: RowStatus) -> int:
    count: int = getattr(task, f"{status.value}_count")
    return count


def _rows_done() -> Subquery:
    rows = BulkOperationRow.objects.filter(task=OuterRef("pk")).exclude(status__in=OPEN_ROW_STATUSES)
    return Subquery(rows.order_by().values("task").annotate(number=Count("pk")).values("number"))
