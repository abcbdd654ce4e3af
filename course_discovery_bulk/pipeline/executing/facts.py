"""Facts: an error of discovery, and what reading back returned, in the words of `pipeline.executing.decisions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from course_discovery_bulk.discovery.acts.base import (
    Ambiguous,
    Applied,
    NotDone,
    OwnedByOther,
    Settled,
    TargetMissing,
)
from course_discovery_bulk.exceptions import AnswerLost, Conflict, Refused, Transient
from course_discovery_bulk.pipeline.executing.decisions import Answer, Found, Occasion

OCCASIONS: Final[Mapping[Answer, Occasion]] = {  # answers after which a step is read back
    Answer.REFUSED: Occasion.REFUSED,
    Answer.CONFLICT: Occasion.CONFLICT,
    Answer.UNAVAILABLE: Occasion.GIVEN_UP,
    Answer.LOST: Occasion.ALWAYS_LOST,
}


def answer_of(error: AnswerLost | Refused | Conflict | Transient) -> Answer:
    """The answer that an error of a call is."""
    if isinstance(error, AnswerLost):
        return Answer.LOST
    if isinstance(error, Refused):
        return Answer.REFUSED
    return Answer.CONFLICT if isinstance(error, Conflict) else Answer.UNAVAILABLE


def found_of(settled: Settled | None) -> Found:
    """What an act read back; None if discovery refused to show it."""
    match settled:
        case None:
            return Found.UNREADABLE
        case Applied():
            return Found.APPLIED
        case NotDone(is_certain=is_certain):
            return Found.NOT_DONE if is_certain else Found.NOT_DONE_PERHAPS
        case OwnedByOther():
            return Found.OWNED_BY_OTHER
        case Ambiguous():
            return Found.AMBIGUOUS
        case TargetMissing():
            return Found.TARGET_MISSING
