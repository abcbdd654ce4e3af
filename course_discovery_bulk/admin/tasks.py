"""Tasks in the admin: the list with its progress, one task with its stages and problems, and the upload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk.admin.actions import (
    apply_previews,
    cancel_tasks,
    download_results,
    retry_tasks,
    undo_tasks,
)
from course_discovery_bulk.admin.files import NAME, file_kinds, file_links, send_file
from course_discovery_bulk.admin.lineage import lineage_links, to_fix_in_words
from course_discovery_bulk.admin.listing import (
    OperationFilter,
    count_of,
    duration_of,
    first_rows_to_fix,
    progress_of,
    with_rows_done,
    without_texts,
)
from course_discovery_bulk.admin.record import RecordAdmin
from course_discovery_bulk.admin.stages import stage_table
from course_discovery_bulk.admin.tables import EMPTY, error_table, forecast_table, problem_table, table
from course_discovery_bulk.admin.upload import UploadForm, options_in_words
from course_discovery_bulk.choices import FINAL_ROW_STATUSES, TaskStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.operations import operation_choices
from course_discovery_bulk.presentation.reading import reading_in_words
from course_discovery_bulk.problems import Problem, translated

URLS = "admin:course_discovery_bulk"
LIST_NAME = "course_discovery_bulk_bulkoperationtask_changelist"
SHOWN_NAME = 60  # characters; a longer one would push the columns behind it out of sight
LIST_FORMAT = "%Y-%m-%d %H:%M"


@admin.register(BulkOperationTask)
class BulkOperationTaskAdmin(RecordAdmin):
    """Read only but for the upload, and for what can be asked of a task in the list: apply, cancel, retry.

    A superuser may delete a task that has ended, with its rows.
    """

    list_display = (
        "number",
        "file_name",
        "operation",
        "status",
        "progress",
        "uploaded_by",
        "uploaded",
        "duration",
    )
    list_filter = ("status", OperationFilter, "created")
    actions = (apply_previews, cancel_tasks, retry_tasks, undo_tasks, download_results)
    list_select_related = ("uploaded_by",)
    search_fields = ("original_filename", "uploaded_by__username", "task_id")
    ordering = ("-created", "-id")
    fieldsets = (
        (None, {"fields": ("original_filename", "operation", "state", "progress", "uploaded_by", "row_link", "files")}),
        (_("Follow-ups"), {"fields": ("lineage",)}),
        (_("Result"), {"fields": ("count_list", "left_to_fix", "forecast_list", "error_list", "note_list")}),
        (_("Stages"), {"fields": ("stage_list", "duration")}),
        (
            _("Upload"),
            {"fields": ("option_list", "column_list", "reading_list", "file_size", "file_sha256", "task_id")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkOperationTask]:
        tasks = with_rows_done(cast("QuerySet[BulkOperationTask]", super().get_queryset(request)))
        is_list = request.resolver_match and request.resolver_match.url_name == LIST_NAME
        return without_texts(tasks) if is_list else tasks

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

    @non_atomic_requests  # storing a file may take seconds: no transaction of the host's waits for it
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
        for note in submission.task.notes:
            told = translated(Problem.from_dict(note))
            messages.warning(request, f"{told.message} {told.hint}")
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

    def get_urls(self) -> list[URLPattern]:
        """The files of a task beside its page."""
        address = path("<int:pk>/<str:kind>.download", self.admin_site.admin_view(self.file_view), name=NAME)
        return [address, *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        """One file of a task, for those who see the task."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        task = self.get_object(request, str(pk)) if kind in file_kinds() else None
        if task is None:
            raise Http404
        return send_file(request, cast("BulkOperationTask", task), kind)

    @admin.display(description=_("number"), ordering="pk")
    def number(self, task: BulkOperationTask) -> int:
        """Django does not translate its own name of the field."""
        return task.pk

    @admin.display(description=_("file name"), ordering="original_filename")
    def file_name(self, task: BulkOperationTask) -> str:
        return Truncator(task.original_filename).chars(SHOWN_NAME)

    @admin.display(description=_("status"))
    def state(self, task: BulkOperationTask) -> SafeString | str:
        """With the way on where a preview waits for somebody to decide."""
        if task.status != TaskStatus.VALIDATED:
            return task.get_status_display()
        address = reverse(f"{URLS}_bulkoperationtask_changelist")
        text = gettext("Nothing was written yet. Choose “Apply” or “Cancel” among the actions of")
        return format_html(
            '{}. {} <a href="{}?q={}">{}</a>.',
            *(task.get_status_display(), text, address, task.task_id, gettext("the list")),
        )

    @admin.display(description=_("files"))
    def files(self, task: BulkOperationTask) -> SafeString:
        return file_links(task)

    @admin.display(description=_("follows and followed by"))
    def lineage(self, task: BulkOperationTask) -> SafeString | str:
        return lineage_links(task)

    @admin.display(description=_("needs fixing"))
    def left_to_fix(self, task: BulkOperationTask) -> str:
        return to_fix_in_words(task)

    @admin.display(description=_("preview"))
    def forecast_list(self, task: BulkOperationTask) -> SafeString | str:
        return forecast_table(task.task_summary or {})

    @admin.display(description=_("operation"), ordering="task_type")
    def operation(self, task: BulkOperationTask) -> str:
        return dict(operation_choices()).get(task.task_type, task.task_type)

    @admin.display(description=_("uploaded"), ordering="created")
    def uploaded(self, task: BulkOperationTask) -> str:
        """Short, so that the line fits beside the filters."""
        return localtime(task.created).strftime(LIST_FORMAT)

    @admin.display(description=_("progress"))
    def progress(self, task: BulkOperationTask) -> str:
        return progress_of(task)

    @admin.display(description=_("duration"))
    def duration(self, task: BulkOperationTask) -> str:
        return duration_of(task) or EMPTY

    @admin.display(description=_("rows"))
    def row_link(self, task: BulkOperationTask) -> SafeString:
        address = reverse(f"{URLS}_bulkoperationrow_changelist")
        return format_html('<a href="{}?task__id__exact={}">{}</a>', address, task.pk, gettext("Show the rows"))

    @admin.display(description=_("counts"))
    def count_list(self, task: BulkOperationTask) -> SafeString | str:
        buckets = ((status.label, count_of(task, status)) for status in FINAL_ROW_STATUSES)
        return table((gettext("Rows"), gettext("Number")), [*buckets, (gettext("All"), task.total_count)])

    @admin.display(description=_("problems of rows"))
    def error_list(self, task: BulkOperationTask) -> SafeString | str:
        return error_table(task.task_summary or {}, first_rows_to_fix(task))

    @admin.display(description=_("problems of the file"))
    def note_list(self, task: BulkOperationTask) -> SafeString | str:
        return problem_table(task.notes)

    @admin.display(description=_("stages"))
    def stage_list(self, task: BulkOperationTask) -> SafeString | str:
        return stage_table(task, self)

    @admin.display(description=_("options"))
    def option_list(self, task: BulkOperationTask) -> SafeString | str:
        return table((gettext("Option"), gettext("Value")), options_in_words(task.options))

    @admin.display(description=_("how the file is read"))
    def reading_list(self, task: BulkOperationTask) -> SafeString | str:
        return table((gettext("Fact"), gettext("Value")), reading_in_words(task.reading))

    @admin.display(description=_("columns"))
    def column_list(self, task: BulkOperationTask) -> str:
        return ", ".join(str(header) for header in task.headers) or EMPTY
