"""Batches: rows whose courses are read together, so that planning them costs one request and not one each.

If discovery does not show them together, they are read one at a time: one that it cannot show does not harm the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from course_discovery_bulk.data import CleanRow, State, fold
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline.record import was_sent
from course_discovery_bulk.workers import course_leases
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.parts import read_in_parts
from course_discovery_bulk.workers.preview import courses_of, current_state


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows whose state was read together, and the courses that were changed since."""

    rows: Sequence[BulkOperationRow]
    clean: Mapping[int, CleanRow]
    state: State = field(default_factory=State)
    changed: set[str] = field(default_factory=set)  # groups of rows, and UUIDs of courses whatever rows call them
    unread: Transient | None = None  # why the course of the one row could not be read


def read_batches(
    bench: Bench, rows: Sequence[BulkOperationRow], clean: Mapping[int, CleanRow], deferred: set[str]
) -> Iterator[Batch]:
    """The rows with the state of their courses: all together, or in parts if they cannot be read together."""
    for part in read_in_parts(rows, partial(_read, bench, clean, deferred), bench):
        yield part.found or Batch(rows=part.rows, clean=clean, unread=part.error)


def _read(bench: Bench, clean: Mapping[int, CleanRow], deferred: set[str], rows: Sequence[BulkOperationRow]) -> Batch:
    """The state of the courses of rows that are not sent yet, read while nobody else may change them.

    A row may call its course by its UUID: only once it is read can it be taken by its key as well, and is read again.
    """
    unsent = [clean[row.line] for row in rows if not was_sent(row)]
    state = current_state(bench, unsent)
    named_otherwise = False
    for row in rows:
        keys = {fold(course.key) for course in courses_of(bench, clean[row.line], state)} - {row.group}
        named_otherwise = named_otherwise or bool(keys)
        if keys and not course_leases.take_all(bench.lease, keys):
            deferred.add(row.group)
    return Batch(rows=rows, clean=clean, state=current_state(bench, unsent) if named_otherwise else state)
