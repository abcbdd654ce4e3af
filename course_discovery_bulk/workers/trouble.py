"""Passing trouble: whether a row waits for others, the whole task pauses, or the row ends, as one table.

One row that keeps failing must not hold up the others, and an outage must not make rows fail. Which of the two it is,
other rows tell: they get through, or they do not. Nothing here touches the database: `outages` finds out the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from course_discovery_bulk.exceptions import DiscoveryError, Unauthenticated, Unreachable

OUTAGE_ROWS: Final = 5  # so many rows in trouble, and none that got through in between, are an outage
SECOND_ROUND: Final = 2


class Remedy(Enum):
    """What follows from passing trouble with a row."""

    PAUSE = auto()  # an outage: the task pauses, and the row goes back to the queue
    PUT_OFF = auto()  # the row goes back to the queue, and others go on
    END = auto()  # the trouble is the row's own: it is read back, and ends


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """The facts about passing trouble with a row."""

    concerns_all: bool  # whatever the call is about: nobody listens, no credentials, a wait that discovery asked for
    got_others_through: bool  # since this row was first tried, the same kind of call succeeded for another
    rounds: int  # how many jobs have tried this row, this one included
    most_rounds: int
    has_used_tries: bool  # this job has tried as often as it may
    rows_in_trouble: int  # since the last row that got through, this one included
    is_resuming: bool  # the task has paused, and no row got through since
    has_others: bool  # a row of another course can be tried, or is being tried


# The first line that applies.
TABLE: Final[tuple[tuple[Callable[[Trouble], bool], Remedy], ...]] = (
    (lambda of: of.concerns_all, Remedy.PAUSE),
    (lambda of: of.got_others_through and of.rounds >= of.most_rounds, Remedy.END),
    (lambda of: of.rows_in_trouble >= OUTAGE_ROWS or of.is_resuming, Remedy.PAUSE),
    (lambda of: of.got_others_through and of.rounds >= SECOND_ROUND and of.has_used_tries, Remedy.END),
    (lambda of: of.has_others, Remedy.PUT_OFF),
    (lambda _of: True, Remedy.PAUSE),
)


def concerns_all(error: DiscoveryError) -> bool:
    """Whether any other call would meet the same: nobody listens, no credentials, or a wait that is asked for."""
    return isinstance(error, Unreachable | Unauthenticated) or bool(error.retry_after)


def remedy_for(trouble: Trouble) -> Remedy:
    """What follows from passing trouble about which this is known."""
    return next(remedy for applies, remedy in TABLE if applies(trouble))
