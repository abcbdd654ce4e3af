"""What a preview is about to do, in numbers, and the number that somebody must repeat before much is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_discovery_bulk import conf
from course_discovery_bulk.choices import RowStatus, SideEffect, TaskStatus
from course_discovery_bulk.exceptions import BulkOperationError
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.tasks import stored_counts
from course_discovery_bulk.service.speed import Speed


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """That a way in asks for the number, and what it was told; None if nobody has said one yet."""

    number: int | None = None


class ConfirmationNeeded(BulkOperationError):
    """So many rows would be written that their number must be said, or another number was said; nothing was started."""

    def __init__(self, rows: int, *, published_runs: int = 0, given: int | None = None) -> None:
        super().__init__(rows)
        self.rows = rows
        self.published_runs = published_runs
        self.given = given


@dataclass(frozen=True, kw_only=True)
class BeforeApplying:
    """What applying a preview would do. `confirm` is the number that must be said first, None if none must be."""

    rows: int
    side_effects: Mapping[str, int]
    confirm: int | None
    seconds: float | None  # about how long it takes, from the speed of earlier tasks; None if there are none

    @property
    def published_runs(self) -> int:
        return self.side_effects.get(SideEffect.PUBLISHED_RUNS, 0)


def before_applying(task: BulkOperationTask, speed: Speed | None = None) -> BeforeApplying | None:
    """What applying a task would do; None if it is no preview that waits for that.

    Of several tasks, `speed` keeps what each operation's speed is.
    """
    if task.status != TaskStatus.VALIDATED or task.cancel_requested_at:
        return None
    rows = stored_counts(task)[RowStatus.PENDING]
    forecast = (task.task_summary or {}).get("forecast", {})
    effects = {name: int(number) for name, number in forecast.get("side_effects", {}).items()}
    return BeforeApplying(
        rows=rows,
        side_effects=effects,
        confirm=rows if _is_much(rows, effects.get(SideEffect.PUBLISHED_RUNS, 0)) else None,
        seconds=(speed or Speed()).seconds_for(task.task_type, rows),
    )


def require_number(task: BulkOperationTask, told: Confirmation | None) -> None:
    """Raise ConfirmationNeeded unless a preview may be applied with what was told."""
    found = before_applying(task) if told else None
    if found and told:
        _require(found.rows, told, published_runs=found.published_runs)


def require_number_of_file(rows: int, told: Confirmation | None) -> None:
    """The same for a file that is written without a preview: what its rows touch is not known yet."""
    if told:
        _require(rows, told)


def _require(rows: int, told: Confirmation, *, published_runs: int = 0) -> None:
    """A number that was said must be right, even if none had to be: something else was shown."""
    is_missing = told.number is None and _is_much(rows, published_runs)
    if is_missing or told.number not in (None, rows):
        raise ConfirmationNeeded(rows, published_runs=published_runs, given=told.number)


def _is_much(rows: int, published_runs: int) -> bool:
    return rows > conf.read().confirm_above_rows or bool(rows and published_runs)
