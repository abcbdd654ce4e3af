"""The files made of a task: one table, which REST, the page, the admin and the command go through.

To add a file, add an entry to TASK_FILES. Whether somebody may see the task is for the caller to ask
(`service.visible_tasks`); what has to be read from the catalog for a file is read with the rights of that person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.choices import CHANGED_ROW_STATUSES, TO_FIX_ROW_STATUSES
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.presentation.tasks import operation_of
from course_discovery_bulk.reports.guides import guides_of_task
from course_discovery_bulk.reports.results import failed_table, results_table
from course_discovery_bulk.reports.table import Table
from course_discovery_bulk.reports.undo import undo_table

Counts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class TaskFile:
    """A kind of file that is made of a task. `kind` is its word in addresses and file names."""

    kind: str
    label: str | Promise  # what people call it
    summary: str  # what it holds, for programmers: the API document and the help of the command
    # The table as this person may see it; DocumentRefused if there is none, DiscoveryError if it cannot be made now.
    make: Callable[[BulkOperationTask, User, str], Table]
    is_offered: Callable[[BulkOperationTask, Counts], bool]  # whether the page offers it, given the rows by status
    option: str = ""  # option of the command, if it is another word than the kind
    refusals: tuple[str, ...] = ()  # the codes of DocumentRefused
    reads_catalog: bool = False

    @property
    def option_name(self) -> str:
        return self.option or self.kind


def results(task: BulkOperationTask, user: User, host: str) -> Table:
    """Every row of the file with what became of it."""
    return _guided(results_table(task), task, user, host)


def failed(task: BulkOperationTask, user: User, host: str) -> Table:
    """The rows that need fixing; the file can be uploaded again as it is."""
    return _guided(failed_table(task), task, user, host)


def undo_file(task: BulkOperationTask, user: User, host: str) -> Table:
    """An upload that puts the previous values back; refused if there can be none."""
    table = undo_table(task, get_operation(task.task_type, task.mapping), viewpoint_of(user, host))
    return _guided(table, task, user, host)


def _guided(table: Table, task: BulkOperationTask, user: User, host: str) -> Table:
    return replace(table, guides=partial(guides_of_task, task, table.headers, user, host))


def _has_rows(_task: BulkOperationTask, counts: Counts) -> bool:
    return any(counts.values())


def _has_rows_to_fix(task: BulkOperationTask, counts: Counts) -> bool:
    return sum(counts.get(status, 0) for status in TO_FIX_ROW_STATUSES) > task.fixed_count


def _can_be_undone(task: BulkOperationTask, counts: Counts) -> bool:
    if not task.is_final or not any(counts.get(status) for status in CHANGED_ROW_STATUSES):
        return False
    operation = operation_of(task)
    return operation is not None and operation.undo is not None


RESULTS: Final = "results"
FAILED: Final = "failed"
UNDO: Final = "undo"
TASK_FILES: Final = (
    TaskFile(
        kind=RESULTS,
        label=gettext_lazy("Results"),
        summary="The uploaded columns with what became of each row",
        make=results,
        is_offered=_has_rows,
        option="output",
    ),
    TaskFile(
        kind=FAILED,
        label=gettext_lazy("Rows to fix"),
        summary="The rows that are to be fixed, to be uploaded again",
        make=failed,
        is_offered=_has_rows_to_fix,
    ),
    TaskFile(
        kind=UNDO,
        label=gettext_lazy("Undo"),
        summary="An upload that puts the previous values back",
        make=undo_file,
        is_offered=_can_be_undone,
        refusals=("CANNOT_UNDO", "NOTHING_TO_UNDO", "NOT_FINISHED"),
        reads_catalog=True,
    ),
)


def task_files() -> tuple[TaskFile, ...]:
    """Every kind of file, in the order in which people are offered them."""
    return TASK_FILES


def task_file(kind: str) -> TaskFile | None:
    """The file of that kind; None if there is no such kind."""
    return next((file for file in task_files() if file.kind == kind), None)
