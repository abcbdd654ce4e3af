"""Planning rows that change nothing: what an upload costs that was uploaded before, which should be almost nothing.

The number of requests to discovery is what counts there: state is read by the hundred, never row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

from benchmarks.files import create_rows
from benchmarks.measuring import Line, counted_queries, seconds
from benchmarks.tasks import submit, work
from course_discovery_bulk.discovery.in_process import InProcessAdapter

ROWS = 500


def run(scale: float) -> Iterator[Line]:
    """The same file of new courses twice: made, then unchanged."""
    count = max(2, int(ROWS * scale))
    work(submit("course_create", create_rows("PLAN", count)))
    rows = "\n".join(["course_key,short_description", *(f"edX+PLAN{n},<p>What it is about.</p>" for n in range(count))])
    task = submit("course_update", rows.encode())
    with (
        patch.object(InProcessAdapter, "send", autospec=True, side_effect=InProcessAdapter.send) as send,
        counted_queries() as queries,
    ):
        elapsed = seconds(lambda: work(task))
    task.refresh_from_db()
    if task.unchanged_count != count:
        raise RuntimeError(f"rows were not unchanged: {task.task_summary}")
    yield Line(
        what=f"{count} unchanged rows of course_update",
        figures=f"{elapsed:.2f} s, {elapsed / count * 1000:.1f} ms a row, {send.call_count} requests, "
        f"{len(queries) / count:.1f} queries a row (those of the stand-in included)",
    )
