"""Rechecking: rows of a preview that somebody edited are checked and planned again, with the rows they depend on.

All of it is found in the database, so that any job can go on where another was killed: an edit waits until its row is
checked (`RowEdit.checked_at`), a row that is checked waits until it is planned (it has no share of the forecast), and
the preview rests once nothing waits and nobody has edited meanwhile.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from course_discovery_bulk.choices import EditKind, RowStatus, TaskStatus
from course_discovery_bulk.data import CleanRow
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.pipeline.forecast import forecast_of
from course_discovery_bulk.pipeline.record import was_sent
from course_discovery_bulk.pipeline.record_rechecked import record_rechecked_rows
from course_discovery_bulk.pipeline.relate import Unique, related_lines, rows_on, unique_texts
from course_discovery_bulk.pipeline.report import report_summary
from course_discovery_bulk.pipeline.summarise import counts
from course_discovery_bulk.pipeline.validate import ACROSS_ROWS, Seen, clean_safely, is_marked_done, validate_rows
from course_discovery_bulk.problems import MORE_PROBLEMS, Allowance
from course_discovery_bulk.workers import leases
from course_discovery_bulk.workers.context import Bench, stored_row
from course_discovery_bulk.workers.finishing import summary_of
from course_discovery_bulk.workers.ingestion import save
from course_discovery_bulk.workers.preview import plan_rows
from course_discovery_bulk.workers.task_life import Next, TaskEvent, status_after

LINES: Final = 200  # edited rows that are checked at a time, besides those they are compared with
PAGE: Final = 500


@dataclass(frozen=True, kw_only=True)
class _Concerned:
    """Rows to check: those that were edited, and all that they are compared with or were before."""

    edited: frozenset[int]  # lines
    rows: Sequence[BulkOperationRow]  # in the order of the file
    last_edit: int  # the newest edit that the rows hold


def recheck(bench: Bench) -> Next:
    """Check and plan what was edited for a slice of time; what follows it.

    A job that may take few rows only hands over as soon as it finds more.
    """
    deadline = bench.started + bench.settings.slice_seconds
    while not bench.is_cancelled():
        epoch = BulkOperationTask.objects.values_list("edit_epoch", flat=True).get(pk=bench.task.pk)
        found = _find_work(bench, deadline)
        if found is None:
            if _rests(bench, epoch):
                return Next.REST
            continue
        if bench.most_rows is not None and found.row_count > bench.most_rows:
            return Next.HAND_OVER
        found.do()
        bench.show_life()
        if bench.task.claims_without_progress:
            save(bench, claims_without_progress=0)
        if time.monotonic() > deadline:
            return Next.HAND_OVER
    return Next.STOP_CANCELLED


def waiting_edits(task: BulkOperationTask) -> QuerySet[RowEdit]:
    """Edits whose rows are still to be checked."""
    return task.edits.filter(checked_at__isnull=True)


def count_rows_to_recheck(task: BulkOperationTask) -> int:
    """How many rows of an edited preview are still to be checked or planned."""
    edited = waiting_edits(task).order_by().values("line").distinct()
    unplanned = task.rows.filter(status=RowStatus.PENDING, forecast="").exclude(line__in=edited)
    return edited.count() + unplanned.count()


@dataclass(frozen=True, kw_only=True)
class _Work:
    row_count: int
    do: Callable[[], object]


def _find_work(bench: Bench, deadline: float) -> _Work | None:
    """What is next: rows to check, or else rows to plan."""
    if concerned := _find_concerned(bench):
        return _Work(row_count=len(concerned.rows), do=partial(_check, bench, concerned))
    if rows := _unplanned(bench):
        return _Work(row_count=len(rows), do=partial(plan_rows, bench, rows, deadline))
    return None


def _find_concerned(bench: Bench) -> _Concerned | None:
    edits = list(waiting_edits(bench.task).order_by("line", "pk")[:PAGE])
    lines = list(dict.fromkeys(edit.line for edit in edits))[:LINES]
    if not lines:
        return None
    edits = list(waiting_edits(bench.task).filter(line__in=lines).order_by("pk"))
    rows = list(bench.task.rows.filter(line__in=lines))
    operation = bench.operation
    groups = {row.group for row in rows} | {
        clean.group
        for row in rows
        if not row.is_left_out and (clean := clean_safely(stored_row(row), bench.validator)).group
    }
    related = related_lines(bench.task, operation, groups, _unique_texts(bench, rows, edits)) - set(lines)
    rows += rows_on(bench.task, related)
    return _Concerned(
        edited=frozenset(lines),
        rows=sorted(rows, key=lambda row: row.line),
        last_edit=max(edit.pk for edit in edits),
    )


def _unique_texts(bench: Bench, rows: Sequence[BulkOperationRow], edits: Sequence[RowEdit]) -> set[Unique]:
    """The texts that only one course may have, as they are and as they were before these edits."""
    operation = bench.operation
    before = [{edit.column: edit.before} for edit in edits if edit.kind == EditKind.CELL]
    cells = [*(row.cells for row in rows), *before]
    return {found for texts in cells for found in unique_texts(operation.texts(texts), operation)}


def _check(bench: Bench, concerned: _Concerned) -> None:
    """Check rows, and store what is found unless they were edited meanwhile: then they are checked once more."""
    checked = _checked(bench, concerned.rows)
    changed = [
        row for row in concerned.rows if row.line in concerned.edited or _says_otherwise(row, checked.get(row.line))
    ]
    persist(partial(_store, bench, concerned, changed, checked))


def _checked(bench: Bench, rows: Sequence[BulkOperationRow]) -> dict[int, CleanRow]:
    """What is found of the rows that are not left out, which say nothing about others either."""
    settings = bench.settings
    seen = Seen(allowance=Allowance(per_row=settings.max_row_problems, per_file=settings.max_file_problems))
    used = [stored_row(row) for row in rows if not row.is_left_out]
    return {clean.line: clean for clean in validate_rows(used, bench.validator, seen)}


def _says_otherwise(row: BulkOperationRow, clean: CleanRow | None) -> bool:
    """Whether something else is said now of a row that was not edited, because of those that were."""
    if clean is None or was_sent(row) or is_marked_done(row.cells):
        return False
    codes = {found["code"] for found in row.problems} | {found.code for found in clean.problems}
    if MORE_PROBLEMS.code in codes:  # not all that is said is kept
        return True
    before = {_said(found) for found in row.problems if found["code"] in ACROSS_ROWS}
    return before != {_said(found.as_dict()) for found in clean.problems if found.code in ACROSS_ROWS}


def _said(found: Mapping[str, object]) -> tuple[object, ...]:
    return found["code"], found["column"], found["value"], found["message"]


def _store(
    bench: Bench, concerned: _Concerned, changed: Sequence[BulkOperationRow], checked: Mapping[int, CleanRow]
) -> None:
    lines = [row.line for row in concerned.rows]
    edits, now = RowEdit.objects.filter(task=bench.task), timezone.now()
    with transaction.atomic():
        if not leases.task_of(bench.lease).update(modified=now):  # locks the task: nobody edits in between
            raise LeaseLost(leases.NOT_OURS)
        newer = edits.filter(pk__gt=concerned.last_edit).values_list("line", flat=True)
        if not set(newer).isdisjoint(lines):
            return
        record_rechecked_rows(changed, checked)
        done = edits.filter(checked_at__isnull=True, pk__lte=concerned.last_edit, line__in=concerned.edited)
        done.update(checked_at=now)


def _unplanned(bench: Bench) -> list[BulkOperationRow]:
    """Rows that are checked and not planned; not those of a retry that were sent before."""
    waiting = bench.task.rows.filter(status=RowStatus.PENDING, forecast="").order_by("line")
    unsent = (row for row in waiting.iterator(chunk_size=PAGE) if not was_sent(row))
    return list(itertools.islice(unsent, bench.settings.state_batch))


def _rests(bench: Bench, epoch: int) -> bool:
    """Write that the preview can be applied, with what it would do now; not if somebody has edited meanwhile."""
    summary = summary_of(bench)
    fields: dict[str, Any] = {
        "status": status_after(TaskEvent.PREVIEWED, TaskStatus(bench.task.status)),
        "recheck_since": None,
        "next_attempt_at": None,
        "pauses": 0,
        "claims_without_progress": 0,
        "task_summary": {**report_summary(summary), "forecast": forecast_of(bench.task)},
        **counts(summary.buckets),
    }
    unedited = leases.task_of(bench.lease).filter(edit_epoch=epoch)
    if not persist(lambda: unedited.update(modified=timezone.now(), **fields)):
        leases.extend(bench.lease)  # unless the lane is lost, it was edited
        return False
    bench.task.status = fields["status"]
    return True
