"""Runs that start in the past: possible, sometimes meant, and often a slip of the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from course_discovery_bulk.columns.run import START
from course_discovery_bulk.problems import START_IN_PAST, Place, Problem, problem


def past_start(line: int, start: object, now: datetime) -> Iterator[Problem]:
    """A note if a start that is set (as discovery writes it) is over."""
    if isinstance(start, str) and datetime.fromisoformat(start) < now:
        yield problem(START_IN_PAST, Place(line=line, column=START.date.name, value=start))
