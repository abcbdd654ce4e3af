"""Passing trouble: whether a row waits for others, the whole task pauses, or the row ends, as one table.

One row that keeps failing must not hold up the others, and an outage must not make rows fail. Which of the two it is,
other rows tell: they get through, or they do not. Nothing here touches the database: `outages` finds out the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Final

from course_discovery_bulk.exceptions import DiscoveryError, Unauthenticated, Unreachable

OUTAGE_ROWS: Final = 5  # so many rows in trouble, and none that got through in between, are an outage
SECOND_ROUND: Final = 2
LAST_ROUNDS: Final = 2  # times the most rounds of a row that is tried with none beside it


class Remedy(Enum):
    """What follows from passing trouble with a row."""

    PAUSE = auto()  # an outage: the task pauses, and the row goes back to the queue
    PUT_OFF = auto()  # the row goes back to the queue, and others go on
    END = auto()  # the trouble is the row's own: it is read back, and ends


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """The facts about passing trouble with a row."""

    concerns_all: bool  # whatever the call is about: nobody listens, no credentials, too many calls
    asks_to_wait: bool  # discovery said how long
    got_others_through: bool  # since this row was first tried, the same kind of call succeeded for another
    rounds: int  # how many jobs have tried this row, this one included
    most_rounds: int
    has_used_tries: bool  # this job has tried as often as it may
    rows_in_trouble: int  # since the last row that got through, this one included
    is_resuming: bool  # the task has paused, and no row got through since
    has_others: bool  # a row of another course can be tried, or is being tried
    got_rest_through: bool  # the same kind of call succeeded for a row of this task, however long ago
    is_only_trouble: bool  # discovery answers questions, and no task waits with a row of another course

    @property
    def is_left_over(self) -> bool:
        """Whether the row is one of a few left, was tried for long enough, and discovery is there for others."""
        is_rest = not self.has_others and self.rows_in_trouble < OUTAGE_ROWS
        is_tried = self.rounds >= LAST_ROUNDS * self.most_rounds
        return is_rest and is_tried and (self.got_rest_through or self.is_only_trouble)


# The first line that applies.
TABLE: Final[tuple[tuple[Callable[[Trouble], bool], Remedy], ...]] = (
    (lambda of: of.concerns_all, Remedy.PAUSE),
    (lambda of: of.got_others_through and of.rounds >= of.most_rounds, Remedy.END),
    (lambda of: of.is_left_over, Remedy.END),
    (lambda of: of.asks_to_wait or of.rows_in_trouble >= OUTAGE_ROWS or of.is_resuming, Remedy.PAUSE),
    (lambda of: of.got_others_through and of.rounds >= SECOND_ROUND and of.has_used_tries, Remedy.END),
    (lambda of: of.has_others, Remedy.PUT_OFF),
    (lambda _of: True, Remedy.PAUSE),
)


def concerns_all(error: DiscoveryError) -> bool:
    """Whether any other call would meet the same: nobody listens, no credentials, or too many calls.

    A proxy may name a wait in every page that it shows for a failure: that may be about one row.
    """
    is_throttled = error.status == HTTPStatus.TOO_MANY_REQUESTS and bool(error.retry_after)
    return isinstance(error, Unreachable | Unauthenticated) or is_throttled


def remedy_for(trouble: Trouble) -> Remedy:
    """What follows from passing trouble about which this is known."""
    return next(remedy for applies, remedy in TABLE if applies(trouble))
