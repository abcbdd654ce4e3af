"""Troubles: what workers meet, and where: before a write, between a check and what it guards, around a call."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded

from course_discovery_bulk.exceptions import AnswerLost, Conflict, Misconfigured, Refused, Transient


class Place(Enum):
    """Where a worker meets trouble."""

    WRITE = auto()  # before any write to the database
    ROW = auto()  # before any write to a row that says who must own the row
    SEND = auto()  # before such a write right before a call: the worker has just seen that it still has its lease
    READ = auto()  # before a request that changes nothing
    CALL = auto()  # after a call was sent, before it takes effect
    ANSWER = auto()  # after a call has taken effect, before its answer arrives


class Kind(Enum):
    """What happens to a worker, besides the answers that it gets."""

    KILL = auto()
    STALL = auto()  # it stops for some time, while others work
    CANCEL = auto()  # somebody cancels every task


ANSWERS: Final[dict[str, Exception]] = {  # instead of a call, or after it has taken effect
    "transient": Transient("server error 503", status=503),
    "failing": Transient("server error 500", status=500),
    "lost": AnswerLost("no answer in time"),
    "refused": Refused("not so", status=400),
    "conflict": Conflict("duplicate entry", status=400),
    "misconfigured": Misconfigured("the token is gone"),
    "bug": KeyError("an answer of a form that nobody expects"),
    "out of time": SoftTimeLimitExceeded(),
}
AFTER_EFFECT: Final = ("lost", "out of time", "bug")  # others say that nothing was done


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What a worker meets when it comes to a kind of place for the n-th time, or as soon after as it can happen."""

    kind: Kind | str  # or one of ANSWERS
    place: Place
    at: int
    seconds: float = 0.0  # how long a worker stalls
    meanwhile: tuple[Trouble, ...] = ()  # what others meet during that time


def trouble(kind: Kind | str, point: tuple[Place, int], **more: Any) -> Trouble:
    """A trouble at a place that is reached for the n-th time; as hypothesis prints it."""
    place, at = point
    return Trouble(kind=kind, place=place, at=at, **more)


class Killed(BaseException):
    """The end of a process: no code under test may catch it, and nothing is written after it."""


@dataclass(kw_only=True)
class Worker:
    """One job under way, and the troubles that wait for it."""

    troubles: list[Trouble] = field(default_factory=list)
    reached: Counter[Place] = field(default_factory=Counter)
    is_dead: bool = False

    def reach(self, place: Place, *, is_alone: bool) -> Trouble | None:
        """The trouble that is due here; if the worker is alone, in a transaction, nobody else can do anything."""
        self.reached[place] += 1
        due = next((trouble for trouble in self.troubles if self._is_due(trouble, place, is_alone=is_alone)), None)
        if due:
            self.troubles.remove(due)
        return due

    def die(self) -> None:
        """End this process here."""
        self.is_dead = True
        raise Killed

    def _is_due(self, trouble: Trouble, place: Place, *, is_alone: bool) -> bool:
        is_possible = trouble.kind is Kind.KILL or not is_alone
        return trouble.place is place and trouble.at <= self.reached[place] and is_possible
