"""Steps: sends the steps of one row and reads them back, as `pipeline.executing.decisions` decides.

Before a call its step is saved as being sent; after it, with what it brought. A step that is found as being sent,
because an answer was lost or a worker crashed, is settled by reading discovery back and never resent blindly.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from course_discovery_bulk.choices import StepState
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.discovery.acts.base import ActPolicy, Applied, CallInput, Settled
from course_discovery_bulk.exceptions import AnswerLost, Conflict, DiscoveryError, Refused, Transient
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.pictures.images import ImageError
from course_discovery_bulk.pipeline.executing.decisions import (
    Answer,
    Decision,
    Occasion,
    Reading,
    Sending,
    Verdict,
    decide_after_reading,
    decide_after_sending,
    decide_without_time,
)
from course_discovery_bulk.pipeline.executing.endings import end_of, end_without_image
from course_discovery_bulk.pipeline.executing.execution import ExecutionContext, RowEnd, RowExecution
from course_discovery_bulk.pipeline.executing.facts import OCCASIONS, answer_of, found_of
from course_discovery_bulk.pipeline.executing.placeholders import addresses_of_images, fill
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Where a step is after a decision was performed; `end` if its row ends with it."""

    verdict: Verdict
    end: RowEnd | None = None

    @property
    def is_over(self) -> bool:
        return self.end is not None or self.verdict in {Verdict.DONE, Verdict.ADOPT}


class StepRunner:
    """The calls of one row. `may_wait` says whether the row may be left to a later job once an answer was lost."""

    def __init__(self, row: RowExecution, context: ExecutionContext, *, may_wait: bool) -> None:
        self._row = row
        self._context = context
        self._may_wait = may_wait
        self._images: dict[str, str] = {}
        self._lost_at: datetime | None = None  # when this job gave up waiting for an answer
        self._sent_before: int | None = None  # the step that an earlier job has sent, and that seems not to be done

    def resume_from_steps(self, occasion: Occasion) -> RowEnd | None:
        """Settle the step that an earlier job has sent, if there is one."""
        index = next((at for at, step in enumerate(self._row.steps) if step.state != StepState.DONE), None)
        if index is None or not self._row.steps[index].sent_at:
            return None
        is_sending = self._row.steps[index].state == StepState.SENDING
        settled = self._settle(index, occasion, waits=is_sending)
        if settled.verdict is Verdict.NOT_DONE:
            self._row.set_state(index, StepState.PLANNED)
            self._sent_before = index
        return settled.end

    def fetch_images(self) -> RowEnd | None:
        """Download every picture before the first call, so that a bad one leaves nothing half done."""
        waiting = [step.body for step in self._row.steps if step.state != StepState.DONE]
        for address in addresses_of_images(waiting):
            try:
                self._images[address] = self._context.fetch_image(address)
            except ImageError as error:
                return end_without_image(self._row, address, error)
        return None

    def make(self, index: int) -> RowEnd | None:
        """Bring one step to its end, by as many tries as it may take."""
        was_lost = False
        for attempt in range(self._context.attempts):
            if attempt:
                checked = self._check_before_resend(index, was_lost=was_lost)
                if checked.verdict is not Verdict.NOT_DONE:
                    return checked.end
            tried = self._try(index, attempt)
            if tried.is_over:
                return tried.end
            was_lost = tried.verdict is Verdict.SETTLE_FIRST
            if not was_lost:
                time.sleep(self._context.retry_seconds * 2**attempt)
        return self._settle(index, Occasion.ALWAYS_TAKEN, error=_always_taken()).end

    def _check_before_resend(self, index: int, *, was_lost: bool) -> Reached:
        """Whether a step may be sent once more: it was not done, and this job lives long enough for the answer."""
        settled = self._settle(index, Occasion.RESEND, waits=was_lost)
        if settled.verdict is not Verdict.NOT_DONE or self._context.has_time(self._context.call_seconds):
            return settled
        decision = decide_without_time(was_lost=was_lost, may_wait=self._may_wait)
        return self._perform(index, decision, error=_too_slow())

    def _try(self, index: int, attempt: int) -> Reached:
        """Send a step once; what an earlier sending may have done is not taken for a refusal."""
        was_sent = attempt > 0 or index == self._sent_before
        answer, error = self._send(index)
        is_last = attempt == self._context.attempts - 1
        asks_to_wait = bool(error and error.retry_after)
        sending = Sending(
            answer=answer,
            was_sent=was_sent,
            is_last=is_last,
            asks_to_wait=asks_to_wait,
            gives_up=(is_last or asks_to_wait) and self._gives_up(answer, error),
            reads_back_conflict=self._policy(index).reads_back_conflict,
            retries_conflict=self._policy(index).retries_conflict,
        )
        decision = decide_after_sending(sending)
        if decision.verdict is Verdict.READ_BACK:
            is_lost = answer is Answer.LOST
            return self._settle(index, OCCASIONS[answer], waits=is_lost, was_sent=was_sent, error=error)
        return self._perform(index, decision, error=error)

    def _gives_up(self, answer: Answer, error: DiscoveryError | None) -> bool:
        """Whether the row ends after this try; one whose answers were lost in many jobs is not sent once more."""
        if answer is Answer.LOST and not self._may_wait:
            return True
        return error is not None and self._context.gives_up(error)

    def _send(self, index: int) -> tuple[Answer, DiscoveryError | None]:
        try:
            self._call(index)
        except AnswerLost as error:
            self._lost_at = self._context.now()
            return answer_of(error), error
        except (Refused, Conflict, Transient) as error:
            return answer_of(error), error
        return Answer.APPLIED, None

    def _call(self, index: int) -> None:
        policy = self._policy(index)
        shared = policy.shared_name(self._row.steps[index])
        with self._context.alone(shared) if shared else nullcontext():
            self._row.begin(index, self._context.now())
            self._context.save_steps(self._row.steps)
            self._row.finish(index, policy.call(self._context.client, self._input(index)))

    def _settle(
        self,
        index: int,
        occasion: Occasion,
        *,
        waits: bool = False,
        was_sent: bool = True,
        error: DiscoveryError | None = None,
    ) -> Reached:
        """Read back what became of a step that was sent, and perform what follows; `error` is what led here."""
        if waits:
            self._wait_for_effect(index)
        settled = self._read_back(index)
        reading = Reading(
            found=found_of(settled),
            occasion=occasion,
            was_sent=was_sent,
            retries_conflict=self._policy(index).retries_conflict,
        )
        return self._perform(index, decide_after_reading(reading), settled=settled, error=error)

    def _wait_for_effect(self, index: int) -> None:
        """A call that was given up may still take effect; do not look before it can no longer.

        That time begins when it was given up: it has shown by then how slow discovery is. If another job sent it, all
        that is known is when.
        """
        step = self._row.steps[index]
        if not self._context.client.answers_outlive_calls or not step.sent_at:
            return
        age = (self._context.now() - (self._lost_at or datetime.fromisoformat(step.sent_at))).total_seconds()
        wait = max(0.0, self._context.settle_delay_seconds - age)
        if wait and self._may_wait and not self._context.has_time(wait):
            raise _too_slow()
        time.sleep(wait)

    def _read_back(self, index: int) -> Settled | None:
        """What discovery shows of a step; None if it refuses to show it."""
        try:
            return self._policy(index).settle(self._context.client, self._input(index))
        except Refused:
            return None

    def _perform(
        self, index: int, decision: Decision, *, settled: Settled | None = None, error: DiscoveryError | None = None
    ) -> Reached:
        """Bring a step to where a decision wants it. A pause leaves as the error that made it necessary."""
        if decision.puts_back:
            self._row.set_state(index, StepState.PLANNED)
            self._context.save_steps(self._row.steps)
        if decision.verdict is Verdict.PAUSE and error:
            raise error
        if decision.verdict is Verdict.ADOPT and isinstance(settled, Applied):
            self._row.recovered.add(index)
            self._row.finish(index, settled)
        return Reached(verdict=decision.verdict, end=end_of(self._row, index, decision.verdict, settled, error))

    def _policy(self, index: int) -> ActPolicy:
        return ACTS[self._row.steps[index].act]

    def _input(self, index: int) -> CallInput:
        step, results = self._row.steps[index], self._row.results
        return CallInput(
            target=fill(step.target, results, self._images),
            body=fill(step.body, results, self._images),
            fields=known_fields(),
            known=step.known,
            uploader_email=self._context.uploader_email,
        )


def _too_slow() -> Transient:
    return Transient(Phrase(_("it took too long to answer")))


def _always_taken() -> Transient:
    return Transient(Phrase(_("its key or slug was repeatedly taken by something else")))
