"""Reading in parts: what discovery cannot show together is read in halves, down to the one row that it cannot show.

The others are none the worse. One row is asked for as often as a call is tried.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.trouble import concerns_all

Read = TypeVar("Read")
Rows = Sequence[BulkOperationRow]


@dataclass(frozen=True, kw_only=True)
class Part(Generic[Read]):
    """Rows that were read together; or one row that could not be read, and why."""

    rows: Rows
    found: Read | None = None
    error: Transient | None = None


def read_in_parts(rows: Rows, read: Callable[[Rows], Read], bench: Bench) -> Iterator[Part[Read]]:
    """Read rows in as few parts as possible, in their order; trouble that concerns all passes through.

    So does trouble that leaves this job no time for another try; after the pause that follows, less is read at once.
    """
    size = max(1, len(rows) >> 2 * bench.task.pauses)
    for start in range(0, len(rows), size):
        yield from _read(rows[start : start + size], read, bench)


def _read(rows: Rows, read: Callable[[Rows], Read], bench: Bench) -> Iterator[Part[Read]]:
    try:
        found = read(rows) if len(rows) > 1 else _read_patiently(rows, read, bench)
    except Transient as error:
        if concerns_all(error) or (len(rows) > 1 and not _has_time(bench)):
            raise
        failed = error
    else:
        yield Part(rows=rows, found=found)
        return
    if len(rows) == 1:
        yield Part(rows=rows, error=failed)
        return
    middle = len(rows) // 2
    for half in (rows[:middle], rows[middle:]):
        yield from _read(half, read, bench)


def _read_patiently(rows: Rows, read: Callable[[Rows], Read], bench: Bench) -> Read:
    for attempt in range(bench.settings.row_attempts - 1):
        try:
            return read(rows)
        except Transient as error:
            if concerns_all(error) or not _has_time(bench):
                raise
        time.sleep(bench.settings.retry_seconds * 2**attempt)
    return read(rows)


def _has_time(bench: Bench) -> bool:
    return bench.has_time(bench.settings.connect_seconds + bench.settings.read_seconds)
