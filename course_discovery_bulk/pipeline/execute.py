"""Execute: makes the calls of one row, each at most once, and says how the row ended.

Before a call its step is saved as being sent; after it, with what it brought. A step that is found as being
sent, because an answer was lost or a worker died, is settled by reading discovery back and never resent blindly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import DOWNLOAD, REF, RowOutcome, Step
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.discovery.acts.base import (
    COURSE_KEY,
    COURSE_UUID,
    ActPolicy,
    Ambiguous,
    Applied,
    CallInput,
    NotDone,
    OwnedByOther,
    Settled,
    TargetMissing,
)
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import AnswerLost, Conflict, Forbidden, LeaseLost, NotFound, Refused, Transient
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.pictures.images import ImageError
from course_discovery_bulk.problems import (
    ANSWER_LOST,
    COURSE_EXISTS,
    DISCOVERY_REFUSED,
    DISCOVERY_UNAVAILABLE,
    FORBIDDEN,
    IMAGE_NOT_USABLE,
    NOT_FOUND,
    NOT_SAVED,
    RECOVERED,
    REVIEW_HELD_BACK,
    STOPPED_HALFWAY,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

LOST: Final = "lost"  # in the result of a step: fields that discovery did not keep, for a job that goes on later


@dataclass(frozen=True, kw_only=True)
class RowJob:
    """One row to execute: its steps, some perhaps done or being sent, and how to show its fields to people."""

    line: int
    object_key: str
    steps: tuple[Step, ...]
    columns: Mapping[str, str]  # field of discovery -> column of the file
    texts: Mapping[str, str]  # column -> text of the cell
    tries: int = 0  # how many jobs have begun with it before


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What executing uses: calls, pictures, saving, and patience."""

    client: DiscoveryClient
    fetch_image: Callable[[str], str]
    save_steps: Callable[[tuple[Step, ...]], None]  # commits; raises LeaseLost where the row is no longer ours
    alone: Callable[[str], AbstractContextManager[None]]  # while in it, no other lane is with a thing of that name
    uploader_email: str
    attempts: int
    retry_seconds: float
    quiet_seconds: float
    call_seconds: float  # the longest that a call takes
    has_time: Callable[[float], bool]  # whether this job can still wait so many seconds
    now: Callable[[], datetime]  # a clock that all workers share: another one may have sent a step


class Attempt(Enum):
    """How one sending of a step went."""

    OVER = auto()  # done, or adopted
    AGAIN = auto()  # nothing happened: worth another try
    LOST = auto()  # nobody knows: read back first


class _RowEnded(Exception):
    """The row has its outcome; carries the status and the problem. Never leaves this module."""

    def __init__(self, status: RowStatus, found: Problem, object_key: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.problem = found
        self.object_key = object_key


def execute_row(job: RowJob, tools: Tools) -> RowOutcome:
    """Make the calls that are not made yet. Transient, Misconfigured and LeaseLost pass through to the lane."""
    run = _Run(job, tools)
    try:
        run.take_stock()
        run.fetch_images()
        for index in range(len(job.steps)):
            run.make_step(index)
    except _RowEnded as end:
        return run.outcome(run.honest_status(end.status), end.problem, end.object_key)
    except LeaseLost as lost:
        lost.steps = run.steps
        raise
    return run.outcome(RowStatus.PARTLY_DONE if run.has_lost_fields else RowStatus.SUCCEEDED)


def settle_row(job: RowJob, tools: Tools, stopped_for: Problem | None) -> RowOutcome:
    """Say what became of a row whose task is stopped, by reading back alone: nothing more is sent."""
    run = _Run(replace(job, tries=0), tools)  # where time runs out a later job goes on with it
    try:
        return run.outcome(*run.stop(stopped_for))
    except _RowEnded as end:
        return run.outcome(run.honest_status(end.status), end.problem, end.object_key)


class _Run:
    """The way of one row through its steps."""

    def __init__(self, job: RowJob, tools: Tools) -> None:
        self._job = job
        self._tools = tools
        self._steps = list(job.steps)
        self._results: dict[str, Any] = {}
        self._images: dict[str, str] = {}
        self._problems: list[Problem] = []
        self._lost_at: datetime | None = None  # when this job gave up waiting for an answer
        self._sent_before: int | None = None  # the step that an earlier job has sent, and that seems not to be done
        self.has_lost_fields = False

    # --- the steps

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps as they stand now."""
        return tuple(self._steps)

    def take_stock(self, *, is_verdict: bool = False) -> None:
        """What earlier jobs did of this row: results of steps that are done, and what became of one that was sent."""
        for index, step in enumerate(self._steps):
            if step.state != StepState.DONE:
                is_sending = step.state == StepState.SENDING
                if step.sent_at and not self._is_settled(index, quiet=is_sending, is_verdict=is_verdict):
                    self._steps[index] = replace(step, state=StepState.PLANNED)
                    self._sent_before = index
                return
            self._results.update(step.result)
            self._note_lost(step.result.get(LOST, {}))

    def stop(self, stopped_for: Problem | None) -> tuple[RowStatus, Problem | None]:
        """How the row ends where it stands now, and why."""
        self.take_stock(is_verdict=True)
        done = [step.state == StepState.DONE for step in self._steps]
        if not any(done):  # also where it was not even planned
            return RowStatus.NOT_PROCESSED, stopped_for
        if not all(done):
            return RowStatus.PARTLY_DONE, problem(STOPPED_HALFWAY, Place(line=self._job.line))
        return (RowStatus.PARTLY_DONE if self.has_lost_fields else RowStatus.SUCCEEDED), None

    def fetch_images(self) -> None:
        """Download every picture before the first call, so that a bad one leaves nothing half done."""
        waiting = [step for step in self._steps if step.state != StepState.DONE]
        for address in _downloads([step.body for step in waiting]):
            try:
                self._images[address] = self._tools.fetch_image(address)
            except ImageError as error:
                place = self._place_of_text(address)
                raise _RowEnded(RowStatus.FAILED, problem(IMAGE_NOT_USABLE, place, detail=error.reason)) from error

    def make_step(self, index: int) -> None:
        """Bring one step to its end, unless it is there already."""
        step = self._steps[index]
        if step.state == StepState.DONE:
            return
        if self.has_lost_fields and step.body.get("draft") is False:
            raise _RowEnded(RowStatus.PARTLY_DONE, problem(REVIEW_HELD_BACK, Place(line=self._job.line)))
        is_lost = False
        for attempt in range(self._tools.attempts):
            if attempt:
                if self._is_settled(index, quiet=is_lost):
                    return
                self._expect_time(index, self._tools.call_seconds, is_lost=is_lost)
            result = self._attempt(index, attempt)
            if result is Attempt.OVER:
                return
            is_lost = result is Attempt.LOST
            if not is_lost:
                time.sleep(self._tools.retry_seconds * 2**attempt)
        self._end_attempts(index, is_lost=is_lost)

    def _attempt(self, index: int, attempt: int) -> Attempt:
        """Send a step once; what may have been done by an earlier sending is not taken for a refusal."""
        was_sent = attempt > 0 or index == self._sent_before
        try:
            self._send(index)
        except Refused as error:
            self._judge_refusal(index, error, was_sent=was_sent)
        except Conflict as error:
            if not self._judge_conflict(index, error, was_sent=was_sent):
                return Attempt.AGAIN
        except AnswerLost:
            self._lost_at = self._tools.now()
            return Attempt.LOST
        except Transient as error:
            if not error.retry_after and attempt < self._tools.attempts - 1:
                return Attempt.AGAIN
            self._give_way(index, error)  # a wait that is asked for is the task's
        return Attempt.OVER

    def _send(self, index: int) -> None:
        shared = self._calls(self._steps[index]).shared_name(self._steps[index])
        with self._tools.alone(shared) if shared else nullcontext():
            self._mark_sending(index)
            self._finish(index, self._call(index))

    def _is_settled(self, index: int, *, quiet: bool, is_verdict: bool = False) -> bool:
        """Read back what became of a step that was sent; whether it was done. What cannot be told ends the row.

        Where the step may be sent once more, it need not be certain that it was not done; for a verdict it must be.
        """
        if quiet:
            self._wait_until_quiet(index)
        settled = self._read_back(index)
        if isinstance(settled, Applied):
            self._adopt(index, settled)
        elif isinstance(settled, OwnedByOther):
            raise _RowEnded(RowStatus.SKIPPED, self._exists(settled.key), settled.key)
        elif isinstance(settled, TargetMissing):
            self._mark_planned(index)
            raise _RowEnded(RowStatus.FAILED, self._problem_of(NOT_FOUND, index, key=self._job.object_key))
        elif isinstance(settled, Ambiguous) or (is_verdict and settled == NotDone(is_certain=False)):
            raise _RowEnded(RowStatus.UNKNOWN, self._problem_of(ANSWER_LOST, index))
        return isinstance(settled, Applied)

    def _adopt(self, index: int, done: Applied) -> None:
        self._problems.append(problem(RECOVERED, Place(line=self._job.line)))
        self._finish(index, done)

    def _judge_refusal(self, index: int, error: Refused, *, was_sent: bool) -> None:
        """A refusal of a call that was sent before may be the proof that it took effect then."""
        if was_sent and self._is_settled(index, quiet=False):
            return
        self._mark_planned(index)
        raise _RowEnded(RowStatus.FAILED, self._refusal(error, index)) from error

    def _judge_conflict(self, index: int, error: Conflict, *, was_sent: bool) -> bool:
        """The key is taken: by an earlier sending of this very step, by somebody else, or by a race to run again."""
        policy = ACTS[self._steps[index].act]
        settled = self._read_back(index) if policy.reads_back_conflict else NotDone()
        if isinstance(settled, Applied) and was_sent:
            self._adopt(index, settled)
            return True
        self._mark_planned(index)
        if isinstance(settled, Applied | OwnedByOther):
            key = settled.key if isinstance(settled, OwnedByOther) else str(settled.result.get(COURSE_KEY, ""))
            raise _RowEnded(RowStatus.SKIPPED, self._exists(key), key) from error
        if not policy.retries_conflict:
            raise _RowEnded(RowStatus.FAILED, self._refusal(Refused(error.detail), index)) from error
        return False

    def _give_way(self, index: int, error: Transient) -> None:
        """Passing trouble did not pass: an outage pauses the task, an error about this one call ends only its row.

        Discovery may have done what it was asked before it failed, so the row is not judged unseen.
        """
        if error.status != HTTPStatus.INTERNAL_SERVER_ERROR:
            self._mark_planned(index)
            raise error
        if not self._is_settled(index, quiet=False, is_verdict=True):
            self._end_unavailable(index, error.detail)

    def _end_attempts(self, index: int, *, is_lost: bool) -> None:
        """Every attempt is used up: by answers that were lost, or by a key that others kept taking."""
        if self._is_settled(index, quiet=is_lost):
            return
        if is_lost:
            raise _RowEnded(RowStatus.UNKNOWN, self._problem_of(ANSWER_LOST, index))
        self._end_unavailable(index, Phrase(_("its key or slug was taken by something else, again and again")))

    def _end_unavailable(self, index: int, detail: str | Phrase) -> None:
        self._mark_planned(index)
        raise _RowEnded(RowStatus.FAILED, self._problem_of(DISCOVERY_UNAVAILABLE, index, detail=detail))

    def _finish(self, index: int, done: Applied) -> None:
        result = {**done.result, LOST: dict(done.lost)} if done.lost else done.result
        self._steps[index] = replace(self._steps[index], state=StepState.DONE, result=result)
        self._results.update(done.result)
        self._note_lost(done.lost)

    def _note_lost(self, lost: Mapping[str, Any]) -> None:
        for field, shown in lost.items():
            self.has_lost_fields = True
            column = self._job.columns.get(field)
            place = Place(line=self._job.line, column=column, value=self._job.texts.get(column or ""))
            self._problems.append(
                problem(NOT_SAVED, place, field=column or field, actual=shown or Phrase(_("nothing")))
            )

    # --- the calls

    def _call(self, index: int) -> Applied:
        step = self._steps[index]
        return self._calls(step).call(self._tools.client, self._sent(step))

    def _read_back(self, index: int) -> Settled:
        step = self._steps[index]
        try:
            return self._calls(step).settle(self._tools.client, self._sent(step))
        except Refused as error:
            raise _RowEnded(RowStatus.UNKNOWN, self._problem_of(ANSWER_LOST, index)) from error

    def _sent(self, step: Step) -> CallInput:
        return CallInput(
            target=self._filled(step.target),
            body=self._filled(step.body),
            fields=known_fields(),
            known=step.known,
            uploader_email=self._tools.uploader_email,
        )

    def _calls(self, step: Step) -> ActPolicy:
        return ACTS[step.act]

    def _filled(self, value: Any) -> Any:
        """A value of a step with references to earlier results and pictures filled in."""
        if isinstance(value, Mapping):
            if REF in value:
                return self._results[value[REF]]
            if DOWNLOAD in value:
                return self._images.get(value[DOWNLOAD])  # absent while reading back, which looks at no picture
            return {name: self._filled(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        return value

    def _mark_sending(self, index: int) -> None:
        now = self._tools.now().isoformat()
        self._steps[index] = replace(self._steps[index], state=StepState.SENDING, sent_at=now)
        self._tools.save_steps(self.steps)

    def _mark_planned(self, index: int) -> None:
        self._steps[index] = replace(self._steps[index], state=StepState.PLANNED)
        self._tools.save_steps(self.steps)

    def _expect_time(self, index: int, seconds: float, *, is_lost: bool) -> None:
        """Leave the row to a later job where this one would be interrupted: discovery hangs, and the task rests.

        A row whose answers were lost in as many jobs as it may take is not sent once more.
        """
        if self._tools.has_time(seconds):
            return
        if not is_lost:
            self._mark_planned(index)
        elif self._is_tried_out:
            raise _RowEnded(RowStatus.UNKNOWN, self._problem_of(ANSWER_LOST, index))
        raise _too_slow()

    @property
    def _is_tried_out(self) -> bool:
        return self._job.tries >= self._tools.attempts

    def _wait_until_quiet(self, index: int) -> None:
        """A call that was given up may still take effect; do not look before it can no longer.

        That time begins when it was given up: it has shown by then how slow discovery is. Where another job sent it,
        all that is known is when.
        """
        step = self._steps[index]
        if not self._tools.client.answers_outlive_calls or not step.sent_at:
            return
        age = (self._tools.now() - (self._lost_at or datetime.fromisoformat(step.sent_at))).total_seconds()
        wait = max(0.0, self._tools.quiet_seconds - age)
        if wait and not self._tools.has_time(wait) and not self._is_tried_out:
            raise _too_slow()
        time.sleep(wait)

    # --- the outcome

    def honest_status(self, status: RowStatus) -> RowStatus:
        """A row that fails after something of it took effect is partly done."""
        took_effect = any(step.state == StepState.DONE for step in self._steps)
        return RowStatus.PARTLY_DONE if status == RowStatus.FAILED and took_effect else status

    def outcome(self, status: RowStatus, last: Problem | None = None, object_key: str = "") -> RowOutcome:
        uuids = [step.result[COURSE_UUID] for step in self._steps if COURSE_UUID in step.result]
        return RowOutcome(
            line=self._job.line,
            status=status,
            problems=(*self._problems, *((last,) if last else ())),
            steps=self.steps,
            object_key=object_key or self._made_run() or self._job.object_key,
            object_uuid=uuids[0] if uuids else "",
        )

    def _made_run(self) -> str:
        """Key of the run that this row made, as far as it is known: nobody knew it before."""
        done = (step for step in self._steps if step.state == StepState.DONE)
        return next((str(step.result[ACTS[step.act].named_by]) for step in done if ACTS[step.act].named_by), "")

    def _refusal(self, error: Refused, index: int) -> Problem:
        if isinstance(error, Forbidden):
            return self._problem_of(FORBIDDEN, index, detail=error.detail)
        if isinstance(error, NotFound):
            return self._problem_of(NOT_FOUND, index, key=self._job.object_key)
        field = next(iter(error.fields), None)
        column = self._job.columns.get(field or "") or self._job.columns.get(f"run.{field}")
        return self._problem_of(DISCOVERY_REFUSED, index, column=column, detail=error.detail)

    def _problem_of(self, kind: Any, index: int, *, column: str | None = None, **facts: object) -> Problem:
        doing = Phrase(self._calls(self._steps[index]).doing)
        place = Place(line=self._job.line, column=column, value=self._job.texts.get(column or ""))
        return problem(kind, place, doing=doing, **facts)

    def _exists(self, key: str) -> Problem:
        return problem(COURSE_EXISTS, Place(line=self._job.line, value=key), key=key)

    def _place_of_text(self, text: str) -> Place:
        column = next((name for name, cell in self._job.texts.items() if cell == text), None)
        return Place(line=self._job.line, column=column, value=text)


def _too_slow() -> Transient:
    return Transient(Phrase(_("it takes too long to answer")))


def _downloads(value: Any) -> list[str]:
    """Addresses of pictures anywhere in a value, in order, each once."""
    if isinstance(value, Mapping):
        found = [value[DOWNLOAD]] if DOWNLOAD in value else [a for item in value.values() for a in _downloads(item)]
    elif isinstance(value, (list, tuple)):
        found = [address for item in value for address in _downloads(item)]
    else:
        found = []
    return list(dict.fromkeys(found))
