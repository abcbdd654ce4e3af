"""Outages: discovery that fails on row after row is left alone for a while, however many slices and lanes see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE, Problem
from course_discovery_bulk.workers import leases
from course_discovery_bulk.workers.context import Bench

OUTAGE_ROWS: Final = 5


def is_outage(task: BulkOperationTask) -> bool:
    """Whether discovery failed on the last rows one after another: then the others had better wait.

    Asked of the database, because slices end and several lanes are at work.
    """
    tried = task.rows.filter(started_at__isnull=False, finished_at__isnull=False).order_by("-finished_at")
    last = [map(Problem.from_dict, problems) for problems in tried.values_list("problems", flat=True)[:OUTAGE_ROWS]]
    return len(last) == OUTAGE_ROWS and all(map(is_failure, last))


def is_failure(problems: Iterable[Problem]) -> bool:
    """Whether a row failed because discovery did."""
    return any(found.code == DISCOVERY_UNAVAILABLE.code for found in problems)


def count_progress(bench: Bench) -> None:
    """Note that a row was done: what was counted in a row begins anew."""
    task = bench.task
    if task.pauses or task.claims_without_progress or task.quarantines:
        leases.write_task(bench.lease, pauses=0, claims_without_progress=0, quarantines=0)
        task.pauses = task.claims_without_progress = task.quarantines = 0
