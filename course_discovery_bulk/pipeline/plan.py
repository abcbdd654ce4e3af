"""Plan: from a checked row and the current state of its courses to the calls it needs, as few as possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from course_discovery_bulk.data import CleanRow, CourseSnapshot, Lookups, RowPlan, fold
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.snapshots import read_course
from course_discovery_bulk.operations.base import Operation, PlanInput


def read_state(rows: Iterable[CleanRow], operation: Operation, client: DiscoveryClient) -> dict[str, CourseSnapshot]:
    """The courses that these rows name, by folded key, read in few requests; those not in sight are absent."""
    keys = list(dict.fromkeys(key for row in rows for key in operation.course_keys(row.values) if key))
    snapshots = (read_course(answer) for answer in client.get_courses(keys))
    return {fold(snapshot.key): snapshot for snapshot in snapshots}


def plan_row(
    row: CleanRow,
    operation: Operation,
    *,
    courses: Mapping[str, CourseSnapshot],
    lookups: Lookups,
    default_product_source: str,
) -> RowPlan:
    """What one row would do."""
    given = PlanInput(courses=courses, lookups=lookups, default_product_source=default_product_source)
    return operation.plan(row, given)


def batches(rows: Sequence[CleanRow], size: int) -> Iterable[Sequence[CleanRow]]:
    """Rows in parts whose state is read together."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
