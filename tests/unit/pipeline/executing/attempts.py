"""Tries at executing one row on a discovery in memory: what tests of executing start from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace

from django.utils import timezone

from course_discovery_bulk.choices import StepState
from course_discovery_bulk.data import RowOutcome, Step
from course_discovery_bulk.exceptions import (
    AnswerLost,
    DiscoveryError,
    Transient,
)
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.pipeline.execute import execute_row, settle_row
from course_discovery_bulk.pipeline.executing.execution import ExecutionContext, RowExecution
from course_discovery_bulk.pipeline.plan import plan_row
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.testing import UPLOADER, FakeDiscovery, course_answer
from course_discovery_bulk.workers.context import Bench
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
    MINIMAL_CELLS,
    VERIFIED_AUDIT,
    clean_row,
    plan_input,
)

ATTEMPTS = 3
RUN_KEY = "course-v1:edX+CS101+3T2027"
PICTURE = "data:image/png;base64,AAAA"
COLUMNS = Bench.column_of_field.func(SimpleNamespace(operation=OPERATION))  # as lanes hand them in
FULL_CELLS = {**LEGAL_REVIEW_CELLS, "collaborators": "New Co"}
LOST = AnswerLost("the connection broke")
BUSY = Transient("server error 503", status=503)
WAIT = Transient("server error 503", status=503, retry_after=7.0)
IN_THE_WAY = course_answer("edX+CS101", title="Something else", editor="other@example.org")
SAME_COURSE = course_answer("edX+CS101", title=MINIMAL_CELLS["title"], type=VERIFIED_AUDIT)


@dataclass(kw_only=True)
class Attempt:
    """One try at one row: what was saved on the way, what was fetched, how long was waited."""

    discovery: FakeDiscovery
    cells: dict[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] | None = None
    saved: list[tuple[Step, ...]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)
    fetch: Callable[[str], str] = lambda address: PICTURE
    save: Callable[[tuple[Step, ...]], None] = lambda steps: None
    now: Callable[[], datetime] = timezone.now
    alone: Callable[[str], AbstractContextManager[None]] = lambda _name: nullcontext()
    has_time: Callable[[float], bool] = lambda _seconds: True
    gives_up: Callable[[DiscoveryError], bool] = lambda _error: False
    tries: int = 0
    row: RowExecution = field(init=False)

    def run(self) -> RowOutcome:
        self.row = self._row()
        return execute_row(self.row, self._context())

    def settle(self, stopped_for: Problem | None) -> RowOutcome:
        self.row = self._row()
        return settle_row(self.row, self._context(), stopped_for)

    def _row(self) -> RowExecution:
        texts = {**MINIMAL_CELLS, **self.cells}
        return RowExecution(
            line=2,
            object_key="edX+CS101",
            steps=planned(self.cells) if self.steps is None else self.steps,
            columns=COLUMNS,
            texts={name: text for name, text in texts.items() if text},
            tries=self.tries,
        )

    def _context(self) -> ExecutionContext:
        return ExecutionContext(
            client=self.discovery,
            fetch_image=self._fetch,
            save_steps=self._save,
            alone=self.alone,
            uploader_email=UPLOADER,
            attempts=ATTEMPTS,
            retry_seconds=0.5,
            settle_delay_seconds=60.0,
            call_seconds=63.0,
            gives_up=self.gives_up,
            has_time=self.has_time,
            now=self.now,
        )

    def _fetch(self, address: str) -> str:
        self.fetched.append(address)
        return self.fetch(address)

    def _save(self, steps: tuple[Step, ...]) -> None:
        self.save(steps)
        self.saved.append(steps)
        self.discovery.journal.append(("save", [step.state.value for step in steps]))


def planned(cells: dict[str, str]) -> tuple[Step, ...]:
    row = clean_row(**cells)
    assert row.is_valid, row.problems
    return plan_row(row, OPERATION, plan_input()).steps


def codes(outcome: RowOutcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def states(outcome: RowOutcome) -> list[str]:
    return [step.state.value for step in outcome.steps]


def sent(steps: tuple[Step, ...], index: int, *, seconds_ago: float = 5.0) -> tuple[Step, ...]:
    """Steps of a row whose worker died while this one was being sent."""
    moment = (timezone.now() - timedelta(seconds=seconds_ago)).isoformat()
    return tuple(
        replace(step, state=StepState.SENDING, sent_at=moment) if position == index else step
        for position, step in enumerate(steps)
    )
