"""The life of a task: its statuses, what happens to it, and what a job does next, each as one table.

Nothing here touches the database: `stages` finds out the facts, asks what is next, and does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from course_discovery_bulk.choices import FINAL_TASK_STATUSES, TaskStatus


class TaskEvent(Enum):
    """What changes the status of a task."""

    CLAIMED = auto()  # a worker takes a lane of it
    CHECKED = auto()  # every row is checked, and nothing is planned before the first write
    PREVIEWED = auto()  # every row is planned, or planned again, and somebody decides whether the plan is applied
    PLANNED = auto()  # every row is planned, and the rows are written
    EDITED = auto()  # somebody edits a preview: its rows are checked again
    APPLIED = auto()  # somebody applies a preview
    CANCELLED = auto()  # somebody asks it to stop: a job brings it to its end
    ENDED = auto()  # no row is open any more


_P, _V, _R = TaskStatus.PENDING, TaskStatus.VALIDATING, TaskStatus.PROCESSING
_ENDS: Final = FINAL_TASK_STATUSES
# For each event the statuses in which it can happen, and the statuses that can follow.
STATUSES: Final[Mapping[TaskEvent, Mapping[TaskStatus, frozenset[TaskStatus]]]] = {
    TaskEvent.CLAIMED: {_P: frozenset({_V}), _V: frozenset({_V}), _R: frozenset({_R})},
    TaskEvent.CHECKED: {_V: frozenset({_R})},
    TaskEvent.PREVIEWED: {_V: frozenset({TaskStatus.VALIDATED})},
    TaskEvent.PLANNED: {_V: frozenset({_R})},
    TaskEvent.EDITED: {TaskStatus.VALIDATED: frozenset({_V}), _V: frozenset({_V})},
    TaskEvent.APPLIED: {TaskStatus.VALIDATED: frozenset({_R})},
    TaskEvent.CANCELLED: {
        _P: frozenset({_P}),
        _V: frozenset({_V}),
        TaskStatus.VALIDATED: frozenset({_R}),
        _R: frozenset({_R}),
    },
    TaskEvent.ENDED: {_V: _ENDS, _R: _ENDS},
}


def status_after(event: TaskEvent, before: TaskStatus) -> TaskStatus:
    """The one status that follows an event; KeyError if it cannot happen then. How a task ends, its rows decide."""
    (after,) = STATUSES[event][before]
    return after


def can_follow(before: TaskStatus, after: TaskStatus) -> bool:
    """Whether any event takes a task from one status to the other."""
    return any(after in follows.get(before, ()) for follows in STATUSES.values())


class Next(Enum):
    """What a job does next for its task."""

    FINISH = auto()  # settle what was sent, and write the end of a stopped task
    STOP_UPLOADER_GONE = auto()
    STOP_WORKERS_LOST = auto()
    STOP_OUT_OF_TIME = auto()
    READ = auto()
    CHECK = auto()
    STOP_POLICY = auto()
    STOP_CANCELLED = auto()
    RECHECK = auto()
    PLAN = auto()
    WRITE = auto()
    # only after rows were planned or written
    STOP_FAILURES = auto()
    BEGIN = auto()  # all is planned, and the plan is written without being asked for
    REST = auto()  # all is planned, and somebody is asked
    HAND_OVER = auto()  # the slice is over: the next job goes on at once
    WAIT = auto()  # the task is paused
    END = auto()  # nothing was left to take: the end, if no row is open


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a task before the next stage."""

    is_stopped: bool = False  # a job has written why it stops
    has_uploader: bool = True  # the account is there and active: discovery can be asked
    has_lost_workers: bool = False  # worker after worker crashed without progress
    is_past_its_time: bool = False
    is_read: bool = False
    is_checked: bool = False
    is_cancelled: bool = False
    is_edited: bool = False  # somebody edited its preview
    plans_first: bool = False  # every row is planned before the first is written
    is_started: bool = False  # rows may be written
    is_refused: bool = False  # its policy says that it must not write


# The first line that applies is done; afterwards the facts are found out anew.
STAGES: Final[tuple[tuple[Callable[[Facts], bool], Next], ...]] = (
    (lambda task: task.is_stopped, Next.FINISH),
    (lambda task: not task.has_uploader, Next.STOP_UPLOADER_GONE),
    (lambda task: task.has_lost_workers, Next.STOP_WORKERS_LOST),
    (lambda task: task.is_started and task.is_past_its_time, Next.STOP_OUT_OF_TIME),
    (lambda task: not task.is_read, Next.READ),
    (lambda task: not task.is_checked and not task.is_cancelled, Next.CHECK),
    (lambda task: task.is_cancelled, Next.STOP_CANCELLED),
    (lambda task: task.is_refused, Next.STOP_POLICY),
    (lambda task: task.is_edited and not task.is_started, Next.RECHECK),
    (lambda task: task.plans_first and not task.is_started, Next.PLAN),
    (lambda _task: True, Next.WRITE),
)


def next_stage(facts: Facts) -> Next:
    """What a job does next for a task about which this is known."""
    return next(stage for applies, stage in STAGES if applies(facts))


def after_plan(*, is_cancelled: bool, is_complete: bool, is_preview: bool) -> Next:
    """What follows a slice of planning."""
    if is_cancelled:
        return Next.STOP_CANCELLED
    if not is_complete:
        return Next.HAND_OVER
    return Next.REST if is_preview else Next.BEGIN


class RowsEnd(Enum):
    """How a slice of writing rows ended."""

    ALL_TAKEN = auto()  # nothing is left that this lane could take
    MORE = auto()  # the slice is over
    STOPPED = auto()  # somebody cancelled, or the task must stop
    PAUSED = auto()  # discovery is away
    WORKERS_LOST = auto()  # row after row was given up because workers died


AFTER_ROWS: Final = {
    RowsEnd.ALL_TAKEN: Next.END,
    RowsEnd.MORE: Next.HAND_OVER,
    RowsEnd.PAUSED: Next.WAIT,
    RowsEnd.WORKERS_LOST: Next.STOP_WORKERS_LOST,
}


def after_rows(end: RowsEnd, *, is_cancelled: bool, has_failed_enough: bool) -> Next:
    """What follows a slice of writing; what stopped it is written by whichever lane sees it first."""
    if end is not RowsEnd.STOPPED:
        return AFTER_ROWS[end]
    if is_cancelled:
        return Next.STOP_CANCELLED
    return Next.STOP_FAILURES if has_failed_enough else Next.FINISH
