"""Decisions: what follows from an answer of discovery, and from what reading back shows. Facts in, a decision out.

   call -> Sending -> decide_after_sending -> Decision -> done, or the row ends, or another try
                                                 |
                                            read back -> Reading -> decide_after_reading -> Decision

`pipeline.executing.steps` finds out the facts and performs the decisions; nothing here calls, waits or saves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Answer(Enum):
    """How discovery answered a call."""

    APPLIED = auto()
    REFUSED = auto()
    CONFLICT = auto()  # the key or slug is taken
    LOST = auto()  # no answer came: the call may have taken effect
    UNAVAILABLE = auto()  # passing trouble: the same call may succeed later


class Found(Enum):
    """What reading back shows of a step."""

    APPLIED = auto()
    NOT_DONE = auto()
    NOT_DONE_PERHAPS = auto()  # discovery does not show all of it: no trace, but no proof
    OWNED_BY_OTHER = auto()
    AMBIGUOUS = auto()
    TARGET_MISSING = auto()
    UNREADABLE = auto()  # discovery refused to show it


class Occasion(Enum):
    """Why a step is read back."""

    RESUME = auto()  # an earlier job has sent it
    STOP = auto()  # an earlier job has sent it, and nothing more will be sent
    RESEND = auto()  # before another try
    REFUSED = auto()  # the answer may be about what an earlier sending did
    CONFLICT = auto()  # likewise, or another holds the key
    GIVEN_UP = auto()  # the trouble of this row does not pass, while others get through
    ALWAYS_LOST = auto()  # every try is used up, and the last answer was lost
    ALWAYS_TAKEN = auto()  # every try is used up, and the key or slug was taken


class Verdict(Enum):
    """What a step becomes, or what is done next."""

    DONE = auto()
    ADOPT = auto()  # an earlier sending took effect: the step is done
    NOT_DONE = auto()  # it may be sent
    TRY_AGAIN = auto()  # nothing happened: another try after a pause
    SETTLE_FIRST = auto()  # nobody knows what happened: another try once the step is settled
    READ_BACK = auto()
    SKIP = auto()  # the row ends: another made it
    FAIL = auto()  # the row ends: discovery refuses it
    FAIL_MISSING = auto()  # the row ends: what it changes no longer exists
    FAIL_UNAVAILABLE = auto()  # the row ends: the trouble did not pass
    UNKNOWN = auto()  # the row ends: nobody can tell whether it was done
    PAUSE = auto()  # the row waits for a later job


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A verdict; `puts_back` if the step is first saved as planned, so that no later job takes it for sent."""

    verdict: Verdict
    puts_back: bool = False


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The facts about one sending of a step."""

    answer: Answer
    was_sent: bool  # by an earlier try or an earlier job
    is_last: bool  # no try is left
    asks_to_wait: bool  # discovery said how long: a wait of the task, not of the row
    gives_up: bool  # the row ends if this try brings no answer; else it waits for a later job
    reads_back_conflict: bool  # see `ActPolicy`
    retries_conflict: bool


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The facts about one reading back of a step."""

    found: Found
    occasion: Occasion
    was_sent: bool
    retries_conflict: bool


def decide_after_sending(sending: Sending) -> Decision:
    """What follows from the answer to a call."""
    match sending.answer:
        case Answer.APPLIED:
            return Decision(verdict=Verdict.DONE)
        case Answer.REFUSED if not sending.was_sent:
            return Decision(verdict=Verdict.FAIL, puts_back=True)
        case Answer.CONFLICT if not sending.reads_back_conflict:
            return _not_taken(retries=sending.retries_conflict)
        case Answer.REFUSED | Answer.CONFLICT:
            return Decision(verdict=Verdict.READ_BACK)
        case Answer.LOST | Answer.UNAVAILABLE:
            return _pause_or_give_up(sending)


def _pause_or_give_up(sending: Sending) -> Decision:
    """Trouble that does not pass: the row waits for a later job, or it ends.

    Discovery may have done what it was asked before it failed, so the row is not judged unseen.
    """
    was_lost = sending.answer is Answer.LOST
    if not sending.asks_to_wait and not sending.is_last:
        return Decision(verdict=Verdict.SETTLE_FIRST if was_lost else Verdict.TRY_AGAIN)
    if sending.gives_up:
        return Decision(verdict=Verdict.READ_BACK)
    return Decision(verdict=Verdict.PAUSE, puts_back=not was_lost)


def decide_after_reading(reading: Reading) -> Decision:
    """What follows from what reading back shows."""
    if reading.occasion is Occasion.CONFLICT:
        return _after_conflict(reading)
    if reading.found is Found.NOT_DONE:
        return NOT_DONE[reading.occasion]
    if reading.found is Found.NOT_DONE_PERHAPS:
        return Decision(verdict=Verdict.UNKNOWN) if reading.occasion in NEEDS_PROOF else NOT_DONE[reading.occasion]
    return SHOWN[reading.found]


def _after_conflict(reading: Reading) -> Decision:
    """The key is taken: by an earlier sending of this very step, by another, or in a race that nobody won."""
    match reading.found:
        case Found.APPLIED if reading.was_sent:
            return Decision(verdict=Verdict.ADOPT)
        case Found.APPLIED | Found.OWNED_BY_OTHER:
            return Decision(verdict=Verdict.SKIP, puts_back=True)
        case Found.UNREADABLE:
            return Decision(verdict=Verdict.UNKNOWN)
        case _:
            return _not_taken(retries=reading.retries_conflict)


def _not_taken(*, retries: bool) -> Decision:
    return Decision(verdict=Verdict.TRY_AGAIN if retries else Verdict.FAIL, puts_back=True)


def decide_without_time(*, was_lost: bool, may_wait: bool) -> Decision:
    """What follows if this job would be interrupted before another try ends.

    `may_wait` is False for a row whose answers were lost in as many jobs as it may take: it is not sent once more.
    """
    if not was_lost:
        return Decision(verdict=Verdict.PAUSE, puts_back=True)
    return Decision(verdict=Verdict.PAUSE if may_wait else Verdict.UNKNOWN)


SHOWN: Final[Mapping[Found, Decision]] = {
    Found.APPLIED: Decision(verdict=Verdict.ADOPT),
    Found.OWNED_BY_OTHER: Decision(verdict=Verdict.SKIP),
    Found.TARGET_MISSING: Decision(verdict=Verdict.FAIL_MISSING, puts_back=True),
    Found.AMBIGUOUS: Decision(verdict=Verdict.UNKNOWN),
    Found.UNREADABLE: Decision(verdict=Verdict.UNKNOWN),
}
NOT_DONE: Final[Mapping[Occasion, Decision]] = {
    Occasion.RESUME: Decision(verdict=Verdict.NOT_DONE),
    Occasion.STOP: Decision(verdict=Verdict.NOT_DONE),
    Occasion.RESEND: Decision(verdict=Verdict.NOT_DONE),
    Occasion.REFUSED: Decision(verdict=Verdict.FAIL, puts_back=True),
    Occasion.GIVEN_UP: Decision(verdict=Verdict.FAIL_UNAVAILABLE, puts_back=True),
    Occasion.ALWAYS_LOST: Decision(verdict=Verdict.UNKNOWN),
    Occasion.ALWAYS_TAKEN: Decision(verdict=Verdict.FAIL_UNAVAILABLE, puts_back=True),
}
NEEDS_PROOF: Final = frozenset({Occasion.STOP, Occasion.GIVEN_UP})  # of these nothing is sent once more
