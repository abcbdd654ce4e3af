"""What there is to say of a task beside its rows: how many ended how, and every problem at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, TO_FIX_ROW_STATUSES, RowStatus
from course_discovery_bulk.exceptions import UnknownOperation
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.presentation.cells import CellAddresses, PlacedProblem
from course_discovery_bulk.problems import Problem

CHUNK = 500


def stored_counts(task: BulkOperationTask) -> dict[str, int]:
    """Rows by status as they were summed up at the end of the task or of its preview; the rest of a preview waits."""
    counts = {status.value: _stored(task, status) for status in RowStatus}
    if not task.is_final:
        counts[RowStatus.PENDING.value] = max(0, task.total_count - sum(counts.values()))
    return counts


@dataclass(frozen=True, kw_only=True)
class ToFix:
    """How many rows of a task need fixing: now, and before follow-ups fixed some."""

    now: int
    at_first: int


def to_fix_of(task: BulkOperationTask) -> ToFix:
    """How many rows need fixing, as it was summed up at the end of the task or of its preview."""
    counts = stored_counts(task)
    at_first = sum(counts[status] for status in TO_FIX_ROW_STATUSES)
    return ToFix(now=max(0, at_first - task.fixed_count), at_first=at_first)


def operation_of(task: BulkOperationTask) -> Operation | None:
    """The operation of a task, reading its file; None if it is registered no more, as it was when the file came."""
    try:
        return get_operation(task.task_type, task.mapping)
    except UnknownOperation:
        return None


def label_of(task: BulkOperationTask) -> str:
    """What people call the operation of a task; one that is registered no more has its type only."""
    operation = operation_of(task)
    return operation.label if operation else task.task_type


def known_headers_of(task: BulkOperationTask) -> Mapping[str, str]:
    """Every header that the file of a task may have -> the column it means; none if its operation is gone."""
    operation = operation_of(task)
    return operation.known_headers if operation else {}


def place_notes(task: BulkOperationTask) -> tuple[PlacedProblem, ...]:
    """The problems of the file as a whole with their addresses."""
    return _addresses_of(task).place(map(Problem.from_dict, task.notes))


def problems_of(task: BulkOperationTask) -> Iterator[PlacedProblem]:
    """All problems and remarks with their addresses: those of the file first, then row by row."""
    yield from place_notes(task)
    addresses = _addresses_of(task)
    rows = task.rows.exclude(problems=[]).order_by("line").values_list("problems", flat=True)
    for problems in rows.iterator(chunk_size=CHUNK):
        yield from addresses.place(map(Problem.from_dict, problems))


def _stored(task: BulkOperationTask, status: RowStatus) -> int:
    return 0 if status in OPEN_ROW_STATUSES else int(getattr(task, f"{status.value}_count"))


def _addresses_of(task: BulkOperationTask) -> CellAddresses:
    return CellAddresses(task.headers, known_headers_of(task))
