"""Record: the writes to a row while it is worked on, as things happen, only by the worker that owns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import RowOutcome, RowPlan, Step
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline.row_life import RowEvent, status_after

KEY_LENGTH = 255
URL_LENGTH = 500


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
    taken = {"status": status_after(RowEvent.TAKEN, RowStatus(row.status)), "epoch": epoch}
    if row.status == RowStatus.RUNNING:
        taken["crashes"] = row.crashes + 1
    # As it was when it was read: meanwhile another lane may have sent a part of it, and perhaps put it back.
    as_read = Q(pk=row.pk, epoch=row.epoch, epoch__lte=epoch, status=row.status, modified=row.modified)
    _update(as_read, taken)
    for name, value in taken.items():
        setattr(row, name, value)


def record_planned(row: BulkOperationRow, plan: RowPlan, fingerprint: str, *, forecast: str = "") -> None:
    """Store what a row would do, for a preview; the row waits. One that was taken or edited since is left alone."""
    fields = {**_planned(row, plan), "fingerprint": fingerprint, "forecast": forecast}
    _update(Q(pk=row.pk, epoch=row.epoch, status=RowStatus.PENDING, modified=row.modified), fields)


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


def record_pause(row: BulkOperationRow, epoch: int) -> None:
    """Put a row back in the queue: discovery has passing trouble. Steps keep how far they have come.

    It counts as tried even if nothing was sent for it, because its course could not be read: others come before it now.
    """
    waits = status_after(RowEvent.PAUSED, RowStatus.RUNNING)
    tried = {"attempts": row.attempts + 1, "started_at": row.started_at or timezone.now()}
    _update(_own(row.pk, epoch), {"status": waits, **tried})


def record_skipped(row: BulkOperationRow, epoch: int, plan: RowPlan, *, object_url: str) -> None:
    """Store the end of a row that needs no call, in one write."""
    fields = _ended_by_plan(row, epoch, plan, object_url)
    fields["started_at"] = row.started_at or fields["finished_at"]
    _update(Q(pk=row.pk, epoch__lte=epoch, status=row.status), fields)


def record_unneeded(row: BulkOperationRow, epoch: int, plan: RowPlan, *, object_url: str, forecast: str) -> None:
    """The same in a preview, where the row was not tried; one that was edited since is left alone."""
    fields = {**_ended_by_plan(row, epoch, plan, object_url), "started_at": None, "forecast": forecast}
    _update(Q(pk=row.pk, epoch__lte=epoch, status=row.status, modified=row.modified), fields)


def _ended_by_plan(row: BulkOperationRow, epoch: int, plan: RowPlan, object_url: str) -> dict[str, Any]:
    return {
        **_planned(row, plan),
        "status": plan.status,
        "epoch": epoch,
        "object_url": object_url[:URL_LENGTH],
        "finished_at": timezone.now(),
    }


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


def was_sent(row: BulkOperationRow) -> bool:
    """Whether any call was made for a row, or was about to be."""
    return any(step["sent_at"] or step["state"] == StepState.DONE for step in row.steps)


def _own(row_pk: int, epoch: int) -> Q:
    return Q(pk=row_pk, epoch=epoch, status=RowStatus.RUNNING)


def _update(condition: Q, fields: Mapping[str, Any]) -> None:
    """Write to a row if it is as the condition says, or LeaseLost; a first try may have been committed unseen."""
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
