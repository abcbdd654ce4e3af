"""Clocks and counters that the benchmarks share."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table."""

    what: str
    figures: str


def median_seconds(act: Callable[[], object], times: int = 5) -> float:
    """The median time of `times` calls."""
    return statistics.median(seconds(act) for _ in range(max(1, times)))


def seconds(act: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that are sent to the database inside; the list is filled at the end."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured.captured_queries]


def in_fresh_process(code: str, *arguments: Any) -> list[float]:
    """The numbers that a program of its own prints: memory is only told apart in a process that did nothing else."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own code
    return [float(word) for word in printed.split()]
