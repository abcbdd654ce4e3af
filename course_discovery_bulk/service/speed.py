"""How fast this site writes, from the tasks that it has finished."""

from __future__ import annotations

import statistics
from typing import Final

from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.models import BulkOperationTask

LATEST: Final = 20  # tasks that tell
FEWEST_ROWS: Final = 10  # written by a task that tells: of fewer, the start takes longer than the rows
FINISHED: Final = (TaskStatus.COMPLETED, TaskStatus.PARTIALLY_COMPLETED)


class Speed:
    """The rows a second of operations, each found out once."""

    def __init__(self) -> None:
        self._rates: dict[str, float | None] = {}

    def seconds_for(self, task_type: str, rows: int) -> float | None:
        """About how long it takes to write so many rows; None if no task of this operation tells."""
        if task_type not in self._rates:
            self._rates[task_type] = rows_per_second(task_type)
        rate = self._rates[task_type]
        return rows / rate if rate else None


def rows_per_second(task_type: str) -> float | None:
    """What the latest tasks of an operation have written in a second; the middle one, as some had to pause."""
    finished = BulkOperationTask.objects.filter(
        task_type=task_type,
        status__in=FINISHED,
        succeeded_count__gte=FEWEST_ROWS,
        started_at__isnull=False,
        finished_at__isnull=False,
    )
    facts = finished.order_by("-created").values_list("succeeded_count", "started_at", "finished_at")[:LATEST]
    seconds = [(count, (end - start).total_seconds()) for count, start, end in facts if start and end]
    rates = [count / taken for count, taken in seconds if taken > 0]
    return statistics.median(rates) if rates else None
