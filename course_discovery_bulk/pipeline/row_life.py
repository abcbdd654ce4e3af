"""The life of a row: what happens to it, and which status follows, as one table. Nothing here touches the database."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus


class RowEvent(Enum):
    """What happens to a row."""

    CHECKED = auto()  # its cells were checked, before anything is planned or written
    EDITED = auto()  # somebody edited a preview: it, or a row that it is compared with; it is checked again
    PLANNED = auto()  # its plan is kept for a preview
    TAKEN = auto()  # a worker works on it from here on; again if the worker before never let it go
    SKIPPED = auto()  # its plan has no step: nothing to do, or nothing that can be done
    SENT = auto()  # its steps are stored, because a call is about to be made
    ANSWERED = auto()  # its steps were carried out as far as discovery let them
    PAUSED = auto()  # discovery has passing trouble: back to the queue
    LOST = auto()  # its worker crashed or was interrupted, and wrote nothing
    QUARANTINED = auto()  # worker after worker crashed on it
    FAILED = auto()  # a bug of ours
    STOPPED = auto()  # its task stops before its turn
    SETTLED = auto()  # its task stops, and discovery was asked what became of its calls
    ABANDONED = auto()  # its task stops, and discovery cannot be asked


_PENDING, _RUNNING = RowStatus.PENDING, RowStatus.RUNNING
_WITHOUT_STEPS: Final = frozenset({RowStatus.UNCHANGED, RowStatus.SKIPPED, RowStatus.INVALID, RowStatus.FAILED})
_EXECUTED: Final = frozenset(
    {RowStatus.SUCCEEDED, RowStatus.SKIPPED, RowStatus.FAILED, RowStatus.PARTLY_DONE, RowStatus.UNKNOWN}
)
_CHECKED: Final = frozenset({_PENDING, RowStatus.INVALID, RowStatus.SKIPPED})
_PREVIEWED: Final = _CHECKED | _WITHOUT_STEPS
# For each event the statuses in which it can happen, and the statuses that can follow.
STATUSES: Final[Mapping[RowEvent, Mapping[RowStatus, frozenset[RowStatus]]]] = {
    RowEvent.CHECKED: dict.fromkeys(_CHECKED, _CHECKED),  # checked anew if the job before was interrupted
    RowEvent.EDITED: dict.fromkeys(_PREVIEWED, _CHECKED),
    RowEvent.PLANNED: {_PENDING: frozenset({_PENDING})},
    RowEvent.TAKEN: {_PENDING: frozenset({_RUNNING}), _RUNNING: frozenset({_RUNNING})},
    RowEvent.SKIPPED: {_PENDING: _WITHOUT_STEPS, _RUNNING: _WITHOUT_STEPS},  # pending in a preview
    RowEvent.SENT: {_RUNNING: frozenset({_RUNNING})},
    RowEvent.ANSWERED: {_RUNNING: _EXECUTED},
    RowEvent.PAUSED: {_RUNNING: frozenset({_PENDING})},
    RowEvent.LOST: {_PENDING: frozenset({_PENDING}), _RUNNING: frozenset({_RUNNING})},
    RowEvent.QUARANTINED: {_RUNNING: frozenset({RowStatus.UNKNOWN, RowStatus.FAILED})},
    RowEvent.FAILED: {_RUNNING: frozenset({RowStatus.UNKNOWN, RowStatus.FAILED})},
    RowEvent.STOPPED: {_PENDING: frozenset({_PENDING, RowStatus.NOT_PROCESSED})},
    RowEvent.SETTLED: {_RUNNING: _EXECUTED | {RowStatus.NOT_PROCESSED}},
    RowEvent.ABANDONED: {_RUNNING: frozenset({RowStatus.UNKNOWN, RowStatus.NOT_PROCESSED})},
}
# How a row ends that is not looked up in discovery: a call of it may have taken effect, or nothing was sent.
_UNSEEN: Final = {
    RowEvent.QUARANTINED: (RowStatus.UNKNOWN, RowStatus.FAILED),
    RowEvent.FAILED: (RowStatus.UNKNOWN, RowStatus.FAILED),
    RowEvent.STOPPED: (_PENDING, RowStatus.NOT_PROCESSED),  # what was sent is settled first
    RowEvent.ABANDONED: (RowStatus.UNKNOWN, RowStatus.NOT_PROCESSED),
}


def status_after(event: RowEvent, before: RowStatus) -> RowStatus:
    """The one status that follows an event whatever discovery says; KeyError if it cannot happen then."""
    (after,) = STATUSES[event][before]
    return after


def can_follow(before: RowStatus, after: RowStatus) -> bool:
    """Whether any event takes a row from one status to the other."""
    return any(after in follows.get(before, ()) for follows in STATUSES.values())


def status_unseen(event: RowEvent, *, was_sent: bool) -> RowStatus:
    """The status of a row after an event at which discovery is not asked; `was_sent` says if it was ever called."""
    sent, unsent = _UNSEEN[event]
    return sent if was_sent else unsent


def is_over(status: RowStatus) -> bool:
    """Whether a row has its result, which never changes again."""
    return status not in OPEN_ROW_STATUSES
