"""Record rows before anybody works on them: as they were read, and what checking found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.data import CleanRow, RawRow
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline.record import KEY_LENGTH, was_sent
from course_discovery_bulk.pipeline.validate import RESULT_STATUS, is_marked_done
from course_discovery_bulk.problems import ALREADY_DONE, Place, Problem, problem

# Characters of cells in one statement. Each becomes up to 7 bytes, and MariaDB takes 16 MB if nothing else is set.
STATEMENT_LENGTH = 1_000_000


def record_read_rows(task: BulkOperationTask, rows: Iterable[RawRow]) -> None:
    """Store rows as they were read; rows that an earlier, interrupted reading stored stay as they are."""
    read = [
        BulkOperationRow(
            task=task, line=row.line, cells=dict(row.cells), problems=[item.as_record() for item in row.problems]
        )
        for row in rows
    ]
    for batch in _batches(read):
        persist(partial(BulkOperationRow.objects.bulk_create, batch, ignore_conflicts=True))


def remove_read_rows(task: BulkOperationTask) -> None:
    """Remove rows that were stored from a file that is refused after all; none of them has been worked on."""
    unchecked = BulkOperationRow.objects.filter(task=task, epoch=0)
    persist(unchecked.delete)


def _batches(rows: Iterable[BulkOperationRow]) -> Iterator[list[BulkOperationRow]]:
    """Rows in order, as many at a time as any server takes in one statement."""
    batch: list[BulkOperationRow] = []
    length = 0
    for row in rows:
        of_row = sum(map(len, row.cells.values()))
        if batch and length + of_row > STATEMENT_LENGTH:
            yield batch
            batch, length = [], 0
        batch.append(row)
        length += of_row
    if batch:
        yield batch


def record_checked_rows(rows: Sequence[BulkOperationRow], checked: Mapping[int, CleanRow]) -> None:
    """Store what checking found: the group of every row, and the problems that end a row or go with it."""
    told = []
    ended: defaultdict[RowStatus, list[int]] = defaultdict(list)
    for row in rows:
        clean = checked[row.line]
        row.group = (clean.group or f"#{row.task_id}.{row.line}")[:KEY_LENGTH]  # of no course: a group of its own
        problems = [problem.as_record() for problem in _problems_after_check(row, clean)]
        if problems != row.problems:
            row.problems = problems
            told.append(row)
        ended[_status_after_check(row, clean)].append(row.pk)
    persist(partial(_write_checked, rows, told, ended))


def _write_checked(
    rows: Sequence[BulkOperationRow], told: Sequence[BulkOperationRow], ended: Mapping[RowStatus, Sequence[int]]
) -> None:
    """Several small writes: one bulk update of everything takes three times as long."""
    now = timezone.now()
    untaken = BulkOperationRow.objects.filter(epoch=0)
    with transaction.atomic():
        untaken.bulk_update(rows, ["group"])
        untaken.bulk_update(told, ["problems"])
        for status, pks in ended.items():
            finished_at = None if status == RowStatus.PENDING else now
            untaken.filter(pk__in=pks).update(status=status, finished_at=finished_at)


def _problems_after_check(row: BulkOperationRow, clean: CleanRow) -> tuple[Problem, ...]:
    """A row that a results file marks as done is not checked again, it is left alone."""
    if not is_marked_done(row.cells):
        return clean.problems
    status = row.cells[RESULT_STATUS]
    return (problem(ALREADY_DONE, Place(line=row.line, column=RESULT_STATUS, value=status)),)


def _status_after_check(row: BulkOperationRow, clean: CleanRow) -> RowStatus:
    if is_marked_done(row.cells):
        return RowStatus.SKIPPED
    return RowStatus.PENDING if clean.is_valid or was_sent(row) else RowStatus.INVALID
