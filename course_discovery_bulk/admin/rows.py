"""The rows of tasks: a list to filter, and each row with its cells, problems, changes and steps."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk import service
from course_discovery_bulk.admin.record import RecordAdmin
from course_discovery_bulk.admin.tables import EMPTY, change_table, problem_table, table
from course_discovery_bulk.choices import Act, StepState
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.problems import Problem, translated

TASK_FILTER = "task__id__exact"


@admin.register(BulkOperationRow)
class BulkOperationRowAdmin(RecordAdmin):
    """Read only. `?task__id__exact=<id>` shows the rows of one task."""

    list_display = ("line", "status", "action", "object_key", "first_problem", "attempts", "task_number")
    list_select_related = ()
    search_fields = ("group",)
    search_help_text = _("The whole key of a course or of a course run")
    fields = (
        "task",
        "line",
        "status",
        "action",
        "object_key",
        "object_url",
        "attempts",
        "started_at",
        "finished_at",
        "problem_list",
        "change_list",
        "cell_list",
        "step_list",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkOperationRow]:
        rows = cast("QuerySet[BulkOperationRow]", super().get_queryset(request))
        return rows.defer("cells", "changes", "steps")  # long, and only the detail page shows them

    def get_list_filter(self, request: HttpRequest) -> tuple[str, ...]:
        """No index has the actions: of all tasks' rows each would be read to find those of one."""
        return ("status", "action") if TASK_FILTER in request.GET else ("status",)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The lines of one task in their order; of all tasks the last ones. Both are the order of an index."""
        return ("task_id", "line") if TASK_FILTER in request.GET else ("-task_id", "-line")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By whole keys: an index has them, while a part of one would be looked for in every row there is."""
        if not search_term:
            return queryset, False
        return queryset.filter(group__in=service.groups_of(search_term)), False

    @admin.display(description=_("task"), ordering="task_id")
    def task_number(self, row: BulkOperationRow) -> SafeString:
        """The way back; the task's name would fill the line and say the same in each."""
        address = reverse("admin:course_discovery_bulk_bulkoperationtask_change", args=[row.task_id])
        return format_html('<a href="{}">{}</a>', address, row.task_id)

    @admin.display(description=_("first problem"))
    def first_problem(self, row: BulkOperationRow) -> str:
        return translated(Problem.from_dict(row.problems[0])).message if row.problems else EMPTY

    @admin.display(description=_("problems"))
    def problem_list(self, row: BulkOperationRow) -> SafeString | str:
        return problem_table(row.problems)

    @admin.display(description=_("changes"))
    def change_list(self, row: BulkOperationRow) -> SafeString | str:
        return change_table(row.changes)

    @admin.display(description=_("cells"))
    def cell_list(self, row: BulkOperationRow) -> SafeString | str:
        return table((gettext("Column"), gettext("Cell")), row.cells.items())

    @admin.display(description=_("steps"))
    def step_list(self, row: BulkOperationRow) -> SafeString | str:
        """Without what was sent: bodies may hold addresses and pictures."""
        steps: list[dict[str, Any]] = row.steps
        headings = (gettext("Call"), gettext("State"), gettext("Sent"))
        return table(
            headings,
            (
                [_word(Act, step.get("act", "")), _word(StepState, step.get("state", "")), step.get("sent_at")]
                for step in steps
            ),
        )


def _word(words: type[TextChoices], value: str) -> str:
    """What people call a stored value; the value itself where a later version stored it."""
    return str(dict(words.choices).get(value, value))
