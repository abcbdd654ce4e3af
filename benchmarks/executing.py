"""Creating courses: rows per second with 1, 2 and 4 workers, beside a bare client that makes only the calls needed.

The bare client is the ceiling: it checks, records and survives nothing. What a row costs above it is ours.
SQLite lets one process write at a time, so that more workers show waiting here, not speed; PostgreSQL and MySQL do not.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth import get_user_model

from benchmarks.files import create_rows
from benchmarks.measuring import Line, counted_queries, seconds
from benchmarks.tasks import HOST, seconds_with_lanes, submit, work
from course_discovery_bulk import conf
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

ROWS = 24
OURS = "course_discovery_bulk_"


def run(scale: float) -> Iterator[Line]:
    """The bare client first, with the calls that a task has made; then tasks."""
    count = max(2, int(ROWS * scale))
    work(submit("course_create", create_rows("WARM", 2)))
    task = submit("course_create", create_rows("ONE", count))
    with counted_queries() as queries:
        own = seconds(lambda: work(task))
    bare = _bare(task)
    mine = sum(OURS in statement for statement in queries)
    yield Line(
        what=f"bare client, {count} rows", figures=f"{count / bare:.1f} rows/s, {bare / count * 1000:.1f} ms a row"
    )
    yield Line(
        what="1 worker, in this process",
        figures=f"{count / own:.1f} rows/s, {(own - bare) / count * 1000:.1f} ms a row above the bare client, "
        f"{mine / count:.1f} queries of ours a row",
    )
    for lanes in (1, 2, 4):
        task = submit("course_create", create_rows(f"L{lanes}X", count))
        elapsed = seconds_with_lanes(task, lanes)
        yield Line(what=f"{lanes} worker processes", figures=f"{count / elapsed:.1f} rows/s")


def _bare(task: BulkOperationTask) -> float:
    """The same calls once more for courses of other numbers, straight through the client."""
    staff = get_user_model().objects.get(username="staff")
    client = open_client(staff, host=HOST, settings=conf.read())
    rows = list(task.rows.order_by("line"))
    return seconds(lambda: [_repeat(client, row) for row in rows])


def _repeat(client: DiscoveryClient, row: BulkOperationRow) -> None:
    made: dict[str, str] = {}
    for step in row.steps:
        body = step["body"]
        if step["act"] == "create_course":
            course = client.create_course({**body, "number": f"B{body['number']}", "title": f"B{body['title']}"})
            made = {"course": course["uuid"], "run": course["course_runs"][0]["key"]}
        elif step["act"] == "update_course":
            client.update_course(made["course"], body)
        else:
            client.update_run(made["run"], body)
