"""From an error to what follows: one table, asked around a row, around a slice, and while a task is stopped."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded

from course_discovery_bulk.exceptions import (
    INTERRUPTIONS,
    DiscoveryError,
    LeaseLost,
    Misconfigured,
    Refused,
    StorageUnavailable,
    UnknownOperation,
    UploadRefused,
)


class Verdict(Enum):
    """What an error means for the row or the task that met it."""

    PAUSE = auto()  # passing trouble: a row goes back to the queue, a task rests and goes on by itself
    STOP = auto()  # no later job could do better: the row or the task ends, and says why
    GIVE_WAY = auto()  # the time of this job is over in the middle of a call: the row may be the reason
    RERAISE = auto()  # nothing is written here: it concerns the job, or another worker goes on


class Scope(Enum):
    """What an error was raised in."""

    ROW = auto()  # a row under way
    SETTLED_ROW = auto()  # a row of a stopped task, which is read back
    SLICE = auto()  # the stages of a task
    STOPPING = auto()  # the end of a stopped task


_P, _S, _G, _R = Verdict.PAUSE, Verdict.STOP, Verdict.GIVE_WAY, Verdict.RERAISE
# The first line that names the kind of the error applies; one verdict for each scope, in their order.
RULES: Final[tuple[tuple[tuple[type[BaseException], ...], tuple[Verdict, Verdict, Verdict, Verdict]], ...]] = (
    # the error                         row, settled row, slice, stopping
    ((LeaseLost,), (_R, _R, _R, _R)),
    ((SoftTimeLimitExceeded,), (_G, _R, _R, _R)),
    (INTERRUPTIONS, (_R, _R, _R, _R)),
    ((Misconfigured, Refused), (_P, _P, _S, _P)),
    ((DiscoveryError,), (_P, _P, _P, _P)),
    ((StorageUnavailable,), (_S, _S, _P, _P)),
    ((UploadRefused, UnknownOperation), (_S, _S, _S, _R)),
    ((Exception,), (_S, _S, _S, _R)),
    ((BaseException,), (_R, _R, _R, _R)),
)


def judge(error: BaseException, scope: Scope) -> Verdict:
    """What follows from an error, by what it was raised in."""
    verdicts = next(verdicts for kinds, verdicts in RULES if isinstance(error, kinds))
    return verdicts[tuple(Scope).index(scope)]
