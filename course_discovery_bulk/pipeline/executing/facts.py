"""Facts: an error of discovery, and what reading back returned, in the words of `pipeline.executing.decisions`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from course_discovery_bulk.discovery.acts.base import (
    Ambiguous,
    Applied,
    NotDone,
    OwnedByOther,
    Settled,
    TargetMissing,
)
from course_discovery_bulk.exceptions import Conflict, Refused, Transient
from course_discovery_bulk.pipeline.executing.decisions import Answer, Found, Occasion

OCCASIONS: Final[Mapping[Answer, Occasion]] = {  # answers that are read back at once
    Answer.REFUSED: Occasion.REFUSED,
    Answer.CONFLICT: Occasion.CONFLICT,
    Answer.SERVER_ERROR: Occasion.SERVER_ERROR,
}


def answer_of(error: Refused | Conflict | Transient) -> Answer:
    """The answer that an error of a call is."""
    if isinstance(error, Refused):
        return Answer.REFUSED
    if isinstance(error, Conflict):
        return Answer.CONFLICT
    return Answer.SERVER_ERROR if error.status == HTTPStatus.INTERNAL_SERVER_ERROR else Answer.UNAVAILABLE


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
