"""Tasks as lines of a list: what their operation is called, where they stand, and how they ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_discovery_bulk.choices import BAD_ROW_STATUSES, TaskStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import TASK_WORDS
from course_discovery_bulk.presentation.operations import operation_choices
from course_discovery_bulk.presentation.tasks import stored_counts
from course_discovery_bulk.web.charts import Part, parts_of


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """One task; its parts are those of a finished task or of a preview, none before."""

    task: BulkOperationTask
    operation: str
    state: str
    parts: Sequence[Part]
    bad: int


def lines_of(tasks: Iterable[BulkOperationTask]) -> list[TaskLine]:
    """The tasks as lines, without a query of their own."""
    labels = dict(operation_choices())
    return [_line(task, labels.get(task.task_type, task.task_type)) for task in tasks]


def _line(task: BulkOperationTask, operation: str) -> TaskLine:
    counts = stored_counts(task) if task.is_final else {}
    return TaskLine(
        task=task,
        operation=operation,
        state=str(TASK_WORDS.get(TaskStatus(task.status), task.status)),
        parts=parts_of(counts),
        bad=max(0, sum(counts.get(status, 0) for status in BAD_ROW_STATUSES) - task.fixed_count),
    )
