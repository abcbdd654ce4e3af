"""What the list of tasks in the admin filters by, and how far it says that each of them is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk.choices import BAD_ROW_STATUSES, FINAL_ROW_STATUSES, OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.operations import operation_choices

SHOWN_ROWS_TO_FIX: Final = 20
OPEN_TASK_DONE: Final = "rows_done"


class OperationFilter(admin.SimpleListFilter):
    """The registered operations by name, without a query."""

    title = _("operation")
    parameter_name = "task_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return operation_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[BulkOperationTask]) -> QuerySet[BulkOperationTask]:
        return queryset.filter(task_type=self.value()) if self.value() else queryset


def without_texts(tasks: QuerySet[BulkOperationTask]) -> QuerySet[BulkOperationTask]:
    """Without what may be long and no list shows."""
    return tasks.defer("headers", "notes", "reading", "options", "task_summary", "stopped_for")


def with_rows_done(tasks: QuerySet[BulkOperationTask]) -> QuerySet[BulkOperationTask]:
    """With the rows done of tasks that go on, so that a list of them takes no query per task."""
    goes_on = When(validated_at__isnull=False, finished_at__isnull=True, then=_rows_done())
    return tasks.annotate(**{OPEN_TASK_DONE: Case(goes_on, default=None)})


def first_rows_to_fix(task: BulkOperationTask) -> list[BulkOperationRow]:
    """The first rows with problems, by a few queries that an index answers in order however many rows there are."""
    rows = task.rows.order_by("line").only("task", "line", "problems")
    found = [row for status in sorted(BAD_ROW_STATUSES) for row in rows.filter(status=status)[:SHOWN_ROWS_TO_FIX]]
    return sorted(found, key=lambda row: row.line)[:SHOWN_ROWS_TO_FIX]


def count_of(task: BulkOperationTask, status: RowStatus) -> int:
    """The rows of a status that is final, as they were summed up."""
    count: int = getattr(task, f"{status.value}_count")
    return count


def progress_of(task: BulkOperationTask) -> str:
    """Rows done of all: of a task that goes on, as its rows say; later, as it was summed up."""
    done = (
        sum(count_of(task, status) for status in FINAL_ROW_STATUSES) if task.is_final else getattr(task, OPEN_TASK_DONE)
    )
    return f"{done or 0}/{task.total_count}"


def duration_of(task: BulkOperationTask) -> str:
    """From the first row sent to the end, or until now; empty before."""
    if task.started_at is None:
        return ""
    seconds = ((task.finished_at or timezone.now()) - task.started_at).total_seconds()
    return str(timedelta(seconds=round(seconds)))


def _rows_done() -> Subquery:
    rows = BulkOperationRow.objects.filter(task=OuterRef("pk")).exclude(status__in=OPEN_ROW_STATUSES)
    return Subquery(rows.order_by().values("task").annotate(number=Count("pk")).values("number"))
