"""Record rows before anybody works on them: as they were read, and what checking found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.columns.headers import LINE, UPLOAD_NUMBER
from course_discovery_bulk.data import CleanRow, RawRow
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.db.statements import in_batches, literal_bytes
from course_discovery_bulk.exceptions import StatementTooLarge, UploadRefused
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.pipeline.record import KEY_LENGTH, was_sent
from course_discovery_bulk.pipeline.validate import RESULT_STATUS, is_marked_done
from course_discovery_bulk.problems import ALREADY_DONE, Place, Problem, problem

LINE_DIGITS: Final = 9
ROW_BYTES: Final = 400  # of a row in a statement, besides its texts


def record_read_rows(task: BulkOperationTask, rows: Iterable[RawRow]) -> None:
    """Store rows as they were read; rows that an earlier, interrupted reading stored stay as they are."""
    read = [
        BulkOperationRow(
            task=task,
            line=row.line,
            origin_line=_origin_line(row, task),
            cells=dict(row.cells),
            problems=[item.as_record() for item in row.problems],
        )
        for row in rows
    ]
    for batch in in_batches(read, _bytes_of):
        try:
            persist(partial(BulkOperationRow.objects.bulk_create, batch, ignore_conflicts=True))
        except StatementTooLarge as error:  # the batch is one row
            raise UploadRefused([report_incident(error, line=batch[0].line)]) from error


def _origin_line(row: RawRow, task: BulkOperationTask) -> int | None:
    """Where the row was in the upload that this one follows, as the file says; None if it was not in it."""
    text = row.cells.get(LINE, "")
    is_of_origin = task.origin_id is not None and row.cells.get(UPLOAD_NUMBER) == str(task.origin_id)
    return int(text) if is_of_origin and text.isdecimal() and len(text) <= LINE_DIGITS else None


def remove_read_rows(task: BulkOperationTask) -> None:
    """Remove rows that were stored from a file that is refused after all; none of them has been worked on."""
    unchecked = BulkOperationRow.objects.filter(task=task, epoch=0)
    persist(unchecked.delete)


def _bytes_of(row: BulkOperationRow) -> int:
    return ROW_BYTES + literal_bytes(row.cells) + literal_bytes(row.problems)


def record_checked_rows(rows: Sequence[BulkOperationRow], checked: Mapping[int, CleanRow]) -> None:
    """Store what checking found: the group of every row, and the problems that end a row or go with it."""
    told = []
    ended: defaultdict[RowStatus, list[int]] = defaultdict(list)
    for row in rows:
        clean = checked[row.line]
        row.group = group_after_check(row, clean)
        problems = [problem.as_record() for problem in problems_after_check(row, clean)]
        if problems != row.problems:
            row.problems = problems
            told.append(row)
        ended[status_after_check(row, clean)].append(row.pk)
    persist(partial(_write_checked, rows, told, ended))


def _write_checked(
    rows: Sequence[BulkOperationRow], told: Sequence[BulkOperationRow], ended: Mapping[RowStatus, Sequence[int]]
) -> None:
    """Several small writes: one bulk update of everything takes three times as long."""
    now = timezone.now()
    untaken = BulkOperationRow.objects.filter(epoch=0)
    with transaction.atomic():
        for batch in in_batches(rows, lambda row: ROW_BYTES + literal_bytes(row.group)):
            untaken.bulk_update(batch, ["group"])
        for batch in in_batches(told, lambda row: ROW_BYTES + literal_bytes(row.problems)):
            untaken.bulk_update(batch, ["problems"])
        for status, pks in ended.items():
            finished_at = None if status == RowStatus.PENDING else now
            untaken.filter(pk__in=pks).update(status=status, finished_at=finished_at)


def group_after_check(row: BulkOperationRow, clean: CleanRow) -> str:
    """The group of a checked row; one of no course is a group of its own."""
    return (clean.group or f"#{row.task_id}.{row.line}")[:KEY_LENGTH]


def problems_after_check(row: BulkOperationRow, clean: CleanRow) -> tuple[Problem, ...]:
    """A row that a results file marks as done is not checked again, it is left alone."""
    if not is_marked_done(row.cells):
        return clean.problems
    status = row.cells[RESULT_STATUS]
    return (problem(ALREADY_DONE, Place(line=row.line, column=RESULT_STATUS, value=status)),)


def status_after_check(row: BulkOperationRow, clean: CleanRow) -> RowStatus:
    """Whether a checked row waits, is left alone, or has to be fixed."""
    if is_marked_done(row.cells):
        return RowStatus.SKIPPED
    return RowStatus.PENDING if clean.is_valid or was_sent(row) else RowStatus.INVALID
