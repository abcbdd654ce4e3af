"""Execution: one row under way, what is used for it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import Step
from course_discovery_bulk.discovery.acts.base import Applied
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import DiscoveryError
from course_discovery_bulk.problems import Problem

LOST: Final = "lost"  # in the result of a step: fields that discovery did not keep, for a job that goes on later


@dataclass(kw_only=True)
class RowExecution:
    """One row under way. Its steps always show how far they have come, also after an error has ended the work."""

    line: int
    object_key: str
    steps: tuple[Step, ...]  # some perhaps done or being sent
    columns: Mapping[str, str]  # field of discovery -> column of the file
    texts: Mapping[str, str]  # column -> text of the cell
    tries: int = 0  # how many jobs have begun with it before
    recovered: set[int] = field(default_factory=set)  # steps whose effect was found by reading back

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps that are known to have taken effect."""
        return tuple(step for step in self.steps if step.state == StepState.DONE)

    @property
    def results(self) -> dict[str, Any]:
        """What the steps that are done have brought, by name."""
        return {name: value for step in self.done for name, value in step.result.items()}

    @property
    def has_lost_fields(self) -> bool:
        """Whether discovery did not keep all that it accepted."""
        return any(step.result.get(LOST) for step in self.done)

    def set_state(self, index: int, state: StepState) -> None:
        """Change how far a step has come."""
        self._replace(index, replace(self.steps[index], state=state))

    def begin(self, index: int, now: datetime) -> None:
        """Mark a step as being sent."""
        self._replace(index, replace(self.steps[index], state=StepState.SENDING, sent_at=now.isoformat()))

    def finish(self, index: int, applied: Applied) -> None:
        """Mark a step as done, and keep what it brought with it."""
        result = {**applied.result, LOST: dict(applied.lost)} if applied.lost else applied.result
        self._replace(index, replace(self.steps[index], state=StepState.DONE, result=result))

    def _replace(self, index: int, step: Step) -> None:
        self.steps = (*self.steps[:index], step, *self.steps[index + 1 :])


@dataclass(frozen=True, kw_only=True)
class ExecutionContext:
    """What executing a row uses: calls, pictures, saving, and limits of time."""

    client: DiscoveryClient
    fetch_image: Callable[[str], str]
    save_steps: Callable[[tuple[Step, ...]], None]  # commits; raises LeaseLost if another worker has the row now
    alone: Callable[[str], AbstractContextManager[None]]  # while in it, no other lane is with a thing of that name
    uploader_email: str
    attempts: int
    retry_seconds: float
    settle_delay_seconds: float  # how long a call that was given up may still take effect
    call_seconds: float  # the longest that a call takes
    gives_up: Callable[[DiscoveryError], bool]  # whether the row ends if its trouble does not pass, or waits
    has_time: Callable[[float], bool]  # whether this job can still wait so many seconds
    now: Callable[[], datetime]  # a clock that all workers share: another one may have sent a step


@dataclass(frozen=True, kw_only=True)
class RowEnd:
    """How a row ends before all of its steps are done, and why."""

    status: RowStatus
    problem: Problem | None
    object_key: str = ""  # empty for the row's own
