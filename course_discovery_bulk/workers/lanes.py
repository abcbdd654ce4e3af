"""How many workers work on a task at once: further lanes are opened while there are courses for them."""

from __future__ import annotations

from course_discovery_bulk.choices import OPEN_ROW_STATUSES
from course_discovery_bulk.workers import claiming, redispatch
from course_discovery_bulk.workers.context import Bench


def open_lanes(bench: Bench) -> None:
    """Enqueue jobs for further lanes, as long as there are courses for them and no job is on its way to them."""
    task, most = bench.task, claiming.width(bench.task, bench.settings)
    courses = task.rows.filter(status__in=OPEN_ROW_STATUSES).order_by().values("group").distinct()[:most].count()
    if courses <= 1:
        return
    patience = redispatch.patience(bench.settings)
    for _lane in range(redispatch.take_idle_lanes(task.pk, courses, ring_again_after=patience)):
        bench.ring(task.pk)
