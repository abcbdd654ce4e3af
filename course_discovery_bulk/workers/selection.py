"""Selection: which rows a lane takes next, and what makes it stop before its time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Case, Exists, Max, Min, OuterRef, QuerySet, Value, When

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.db.clock import DatabaseNow
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.workers import claiming, course_leases
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.policies import has_failed_enough
from course_discovery_bulk.workers.task_life import RowsEnd

SMALLEST_SHARE: Final = 4  # courses; each share costs one request for their state


def halt(bench: Bench) -> RowsEnd | None:
    """Show life before a row, and see whether the task must not go on: asked anew every time."""
    bench.show_life()
    found = (
        BulkOperationTask.objects.filter(pk=bench.task.pk)
        .annotate(database_now=DatabaseNow())
        .values("cancel_requested_at", "stopped_for", "next_attempt_at", "database_now")
        .get()
    )
    if found["cancel_requested_at"] or found["stopped_for"] or has_failed_enough(bench.task):
        return RowsEnd.STOPPED
    if found["next_attempt_at"] and found["next_attempt_at"] > found["database_now"]:
        return RowsEnd.PAUSED
    return None


def take_groups(bench: Bench, deferred: set[str]) -> frozenset[str]:
    """Courses whose rows this lane does next: those that a lost worker left first, then in the order of the file.

    A share of what is left, so that the lanes of a task end together; none of those put off for now. Courses with a
    row that was tried before come last, the least tried first: an outage must not be told by one row alone.
    """
    waiting = bench.task.rows.filter(status__in=OPEN_ROW_STATUSES).exclude(group__in=deferred)
    free = waiting.filter(~Exists(course_leases.held().filter(name=OuterRef("group"))))
    share = _share(bench, waiting.values("group").distinct().count())
    while chosen := _first_groups(bench, free, share):
        taken = course_leases.take(bench.lease, chosen)
        if taken:  # or else another lane was faster
            return taken
    return frozenset()


def _first_groups(bench: Bench, free: QuerySet[BulkOperationRow], share: int) -> list[str]:
    left = free.filter(status=RowStatus.RUNNING).order_by("line").values_list("group", flat=True)[:share]
    if left:
        return list(dict.fromkeys(left))
    courses = free.order_by().values("group").annotate(tries=Max("attempts"), first=Min("line"))
    in_order = list(courses.order_by("tries", "first").values_list("group", "tries")[:share])
    return [group for group, tries in in_order if tries == in_order[0][1]]


def rows_of(bench: Bench, groups: frozenset[str]) -> Sequence[BulkOperationRow]:
    """The open rows of courses that this lane has taken, as many as are read together.

    In the order of the file, after those that a lost worker left, each of which is the first open one of its course.
    """
    waiting = bench.task.rows.filter(status__in=OPEN_ROW_STATUSES, group__in=groups)
    left_first = Case(When(status=RowStatus.RUNNING, then=Value(0)), default=Value(1))
    return list(waiting.order_by(left_first, "line")[: bench.settings.state_batch])


def has_open_rows(task: BulkOperationTask) -> bool:
    """Whether any row still waits for its end."""
    return task.rows.filter(status__in=OPEN_ROW_STATUSES).exists()


def _share(bench: Bench, courses_left: int) -> int:
    lanes = claiming.width(bench.task, bench.settings)
    return min(max(courses_left // lanes, SMALLEST_SHARE), bench.settings.state_batch)
