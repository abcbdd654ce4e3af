"""Record: the only writes to rows. A row's result is saved as it happens, and only by the worker that owns it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from course_discovery_bulk.choices import GOOD_ROW_STATUSES, OPEN_ROW_STATUSES, Act, RowStatus, StepState
from course_discovery_bulk.data import RUN_KEY, CleanRow, RawRow, RowOutcome, RowPlan, Step
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.problems import ALREADY_DONE, CALLED_LATE, CALLED_TWICE, Place, Problem, problem
from course_discovery_bulk.text.messages import Phrase

RESULT_STATUS = "status"  # the column of our own results files that says how a row ended
CHUNK = 500
# Characters of cells in one statement. Each becomes up to 7 bytes, and MariaDB takes 16 MB if nothing else is set.
STATEMENT_LENGTH = 1_000_000
KEY_LENGTH = 255
URL_LENGTH = 500


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
    if not _is_marked_done(row):
        return clean.problems
    status = row.cells[RESULT_STATUS]
    return (problem(ALREADY_DONE, Place(line=row.line, column=RESULT_STATUS, value=status)),)


def _status_after_check(row: BulkOperationRow, clean: CleanRow) -> RowStatus:
    if _is_marked_done(row):
        return RowStatus.SKIPPED
    return RowStatus.PENDING if clean.is_valid or was_sent(row) else RowStatus.INVALID


def _is_marked_done(row: BulkOperationRow) -> bool:
    return row.cells.get(RESULT_STATUS, "").strip().casefold() in GOOD_ROW_STATUSES


def record_start(row: BulkOperationRow, epoch: int, plan: RowPlan | None, *, object_url: str = "") -> None:
    """Store that a row is under way; with a plan its steps are stored before the first of them is sent."""
    started: dict[str, Any] = {}
    if plan:
        started |= _planned(row, plan) | {"object_url": object_url[:URL_LENGTH]}
    if row.started_at is None:
        started["started_at"] = timezone.now()
    _update(_own(row.pk, epoch), {**started, "attempts": row.attempts + 1})
    for name, value in started.items():
        setattr(row, name, value)


def record_taken(row: BulkOperationRow, epoch: int) -> None:
    """Take a row for this epoch, before anything is done for it; one that its worker never let go counts a loss."""
    taken = {"status": RowStatus.RUNNING, "epoch": epoch}
    if row.status == RowStatus.RUNNING:
        taken["crashes"] = row.crashes + 1
    # As it was when it was read: meanwhile another lane may have sent a part of it, and perhaps put it back.
    as_read = Q(pk=row.pk, epoch=row.epoch, epoch__lte=epoch, status=row.status, modified=row.modified)
    _update(as_read, taken)
    for name, value in taken.items():
        setattr(row, name, value)


def record_planned(row: BulkOperationRow, plan: RowPlan, fingerprint: str) -> None:
    """Store what a row would do, for a preview; the row waits."""
    fields = {**_planned(row, plan), "fingerprint": fingerprint}
    _update(Q(pk=row.pk, epoch=row.epoch, status=RowStatus.PENDING), fields)  # a row that was taken since is not ours


def _planned(row: BulkOperationRow, plan: RowPlan) -> dict[str, Any]:
    stated = [found for found in (item.as_record() for item in plan.problems) if found not in row.problems]
    return {
        "steps": [step.as_dict() for step in plan.steps],
        "action": plan.action,
        "changes": {name: list(change) for name, change in plan.changes.items()},
        "object_key": plan.object_key[:KEY_LENGTH],
        "problems": [*row.problems, *stated],
    }


def record_steps(row_pk: int, epoch: int, steps: Sequence[Step]) -> None:
    """Store how far the steps of a row have come."""
    _update(_own(row_pk, epoch), {"steps": [step.as_dict() for step in steps]})


def record_pause(row_pk: int, epoch: int) -> None:
    """Put a row back in the queue: discovery has passing trouble. Steps keep how far they have come."""
    _update(_own(row_pk, epoch), {"status": RowStatus.PENDING})


def record_skipped(row: BulkOperationRow, epoch: int, plan: RowPlan, *, object_url: str, is_tried: bool = True) -> None:
    """Store the end of a row that needs no call, in one write; in a preview the row was not tried."""
    now = timezone.now()
    fields = {
        **_planned(row, plan),
        "status": plan.status,
        "epoch": epoch,
        "object_url": object_url[:URL_LENGTH],
        "started_at": (row.started_at or now) if is_tried else None,
        "finished_at": now,
    }
    _update(Q(pk=row.pk, epoch__lte=epoch, status=row.status), fields)


def record_outcome(row: BulkOperationRow, epoch: int, outcome: RowOutcome, *, object_url: str) -> None:
    """Store the end of a row: once, by its owner. Notes from checking stay with it."""
    problems = [*row.problems, *(problem.as_record() for problem in outcome.problems)]
    _update(
        _own(row.pk, epoch),
        {
            "status": outcome.status,
            "problems": problems,
            "steps": [step.as_dict() for step in outcome.steps],
            "object_key": outcome.object_key[:KEY_LENGTH],
            "object_url": object_url[:URL_LENGTH],
            "finished_at": timezone.now(),
        },
    )


def record_late_calls(row_pk: int, steps: Sequence[Step]) -> list[str]:
    """Note at a row that others have ended what the calls of this worker did unknown to them; the codes of the notes.

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
    """What is to be said of a step as its late worker knows it and as the row tells it, if anything."""
    if ours.state != StepState.DONE:
        return None
    if theirs.state != StepState.DONE:  # a row that is open is read back by whoever has it now
        is_over = row.status not in OPEN_ROW_STATUSES
        return problem(CALLED_LATE, Place(line=row.line), doing=Phrase(ACTS[ours.act].doing)) if is_over else None
    key = str(ours.result.get(RUN_KEY, ""))
    if ours.act == Act.CREATE_RUN and key != theirs.result.get(RUN_KEY):
        return problem(CALLED_TWICE, Place(line=row.line), key=key)
    return None


def record_not_processed(task: BulkOperationTask, problem: Problem | None) -> None:
    """End every row whose turn will not come; rows of which something was sent are left to be settled first."""
    last = 0
    waiting = (
        task.rows.filter(status=RowStatus.PENDING).order_by("line").only("pk", "line", "epoch", "problems", "steps")
    )
    while page := list(waiting.filter(line__gt=last)[:CHUNK]):
        persist(partial(_end_unsent, [row for row in page if not was_sent(row)], problem))
        last = page[-1].line


def _end_unsent(rows: Sequence[BulkOperationRow], problem: Problem | None) -> None:
    with transaction.atomic():
        for row in rows:
            stated = [{**problem.as_record(), "line": row.line}] if problem else []
            BulkOperationRow.objects.filter(pk=row.pk, epoch=row.epoch, status=RowStatus.PENDING).update(
                status=RowStatus.NOT_PROCESSED,
                problems=[*row.problems, *stated],
                finished_at=timezone.now(),
                modified=timezone.now(),
            )


def was_sent(row: BulkOperationRow) -> bool:
    """Whether any call was made for a row, or was about to be."""
    return any(step["sent_at"] or step["state"] == StepState.DONE for step in row.steps)


def _own(row_pk: int, epoch: int) -> Q:
    return Q(pk=row_pk, epoch=epoch, status=RowStatus.RUNNING)


def _update(condition: Q, fields: Mapping[str, Any]) -> None:
    """Write to a row if it is as the condition says; where the first try may have been committed, to be told so."""
    tries = 0

    def write() -> bool:
        nonlocal tries
        tries += 1
        rows = BulkOperationRow.objects.filter(condition)
        return bool(rows.update(modified=timezone.now(), **fields)) or (tries > 1 and _holds(condition, fields))

    if not persist(write):
        raise LeaseLost("the row belongs to another worker")


def _holds(condition: Q, fields: Mapping[str, Any]) -> bool:
    """Whether a row already is what a write would have made of it, after an answer of the database was lost."""
    known: dict[str, Any] = dict(child for child in condition.children if isinstance(child, tuple))
    row = BulkOperationRow.objects.filter(pk=known["pk"]).first()
    epoch = fields.get("epoch", known.get("epoch"))
    return row is not None and row.epoch == epoch and all(getattr(row, name) == fields[name] for name in fields)
