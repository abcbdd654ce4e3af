"""Record at rows that no worker owns: rows that will not be processed, and calls made after their row had ended."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import CharField, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus, StepState
from course_discovery_bulk.data import Step
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.db.statements import in_batches, literal_bytes
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline.record import was_sent
from course_discovery_bulk.pipeline.record_new_rows import ROW_BYTES
from course_discovery_bulk.pipeline.row_life import RowEvent, status_unseen
from course_discovery_bulk.problems import CALLED_LATE, CALLED_TWICE, Place, Problem, problem
from course_discovery_bulk.text.messages import Phrase

CHUNK: Final = 500
LINE_MARK: Final = "\N{REPLACEMENT CHARACTER}line"  # no text of a problem has it


def record_not_processed(task: BulkOperationTask, problem: Problem | None) -> None:
    """End every row that has not been processed; rows with a call that was sent are left, to be read back first.

    Most rows are ended by one statement each for those with and without remarks: people wait for the end.
    """
    persist(partial(_end_untouched, task, problem))
    last = 0
    waiting = (
        task.rows.filter(status=RowStatus.PENDING)
        .order_by("line")
        .only("pk", "task", "line", "epoch", "problems", "steps")
    )
    while page := list(waiting.filter(line__gt=last)[:CHUNK]):
        persist(partial(_end_unsent, [row for row in page if not was_sent(row)], problem))
        last = page[-1].line


def _end_untouched(task: BulkOperationTask, problem: Problem | None) -> None:
    """End rows that no worker has taken, and that take no remark, or none beside it."""
    was_sent = Q(steps_text__contains='"sent_at": "') | Q(steps_text__contains=f'"state": "{StepState.DONE}"')
    rows = task.rows.filter(status=RowStatus.PENDING, epoch=0)
    rows = rows.annotate(steps_text=Cast("steps", TextField())).exclude(was_sent)
    if problem is None:
        rows.update(**_not_processed())
    else:
        rows.filter(problems=[]).update(problems=_told_at_its_line(problem), **_not_processed())


def _told_at_its_line(problem: Problem) -> Cast:
    """The problems of a row that has this one alone, made in the database."""
    record = json.dumps([{**problem.as_record(), "line": LINE_MARK}])
    before, after = record.split(json.dumps(LINE_MARK))
    parts = Value(before), Cast("line", CharField()), Value(after)
    return Cast(Concat(*parts, output_field=TextField()), JSONField())


def _not_processed() -> dict[str, Any]:
    now = timezone.now()
    status = status_unseen(RowEvent.STOPPED, was_sent=False)
    return {"status": status, "finished_at": now, "modified": now}


def _end_unsent(rows: Sequence[BulkOperationRow], problem: Problem | None) -> None:
    """End rows with a further problem, a few statements for all of them; not those taken meanwhile."""
    by_epoch: defaultdict[int, list[BulkOperationRow]] = defaultdict(list)
    for row in rows:
        by_epoch[row.epoch].append(row)
    with transaction.atomic():
        for epoch, of_epoch in by_epoch.items():
            untaken = BulkOperationRow.objects.filter(epoch=epoch, status=RowStatus.PENDING)
            if problem is not None:
                _tell(untaken, of_epoch, problem)
            untaken.filter(pk__in=[row.pk for row in of_epoch]).update(**_not_processed())


def _tell(untaken: QuerySet[BulkOperationRow], rows: Sequence[BulkOperationRow], problem: Problem) -> None:
    told = [
        BulkOperationRow(pk=row.pk, problems=[*row.problems, {**problem.as_record(), "line": row.line}]) for row in rows
    ]
    for batch in in_batches(told, lambda row: ROW_BYTES + literal_bytes(row.problems)):
        untaken.bulk_update(batch, ["problems"])


def record_late_calls(row_pk: int, steps: Sequence[Step]) -> list[str]:
    """Note what a worker's calls did after others had ended its row; returns the codes of the notes.

    The one write that needs no lease: it tells what happened in discovery, for people and for a retry; how the row
    ended stays.
    """
    with transaction.atomic():
        row = BulkOperationRow.objects.select_for_update().get(pk=row_pk)
        notes = []
        for at, ours in enumerate(steps[: len(row.steps)]):
            note = _late_call(row, ours, Step.from_dict(row.steps[at]))
            if note:
                notes.append(note)
                row.steps[at] = row.steps[at] if note.code == CALLED_TWICE.code else ours.as_dict()
        row.problems += [note.as_record() for note in notes]
        if notes:
            row.save(update_fields=["problems", "steps", "modified"])
    return [note.code for note in notes]


def _late_call(row: BulkOperationRow, ours: Step, theirs: Step) -> Problem | None:
    """A note on a step, if its late worker knows more about it than the row says."""
    if ours.state != StepState.DONE:
        return None
    if theirs.state != StepState.DONE:  # the worker that has an open row now reads it back
        is_over = row.status not in OPEN_ROW_STATUSES
        return problem(CALLED_LATE, Place(line=row.line), doing=Phrase(ACTS[ours.act].doing)) if is_over else None
    named_by = ACTS[ours.act].named_by
    key = str(ours.result.get(named_by, ""))
    if named_by and key != theirs.result.get(named_by):
        return problem(CALLED_TWICE, Place(line=row.line), key=key)
    return None
