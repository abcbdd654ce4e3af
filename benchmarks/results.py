"""results.csv of 10,000 rows: it is made while it is sent, so the first rows come at once and memory stays flat."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from benchmarks.files import EXAMPLES, create_rows
from benchmarks.measuring import Line, median_seconds
from benchmarks.tasks import submit
from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.problems import UNKNOWN_VALUE, Place, problem
from course_discovery_bulk.reports.csv import write_csv
from course_discovery_bulk.reports.results import results_table

ROWS = 10_000


def run(scale: float) -> Iterator[Line]:
    """All of it, and the time to its first rows."""
    count = max(10, int(ROWS * scale))
    task = submit("course_create", create_rows("RES", 2))
    task.headers = list(EXAMPLES)
    found = problem(UNKNOWN_VALUE, Place(line=2, column="title", value="x"), what="subject", suggestion="").as_dict()
    rows = [
        BulkOperationRow(task=task, line=line, cells=EXAMPLES, problems=[found], status=RowStatus.INVALID)
        for line in range(2, count + 2)
    ]
    BulkOperationRow.objects.bulk_create(rows, batch_size=500)
    first = median_seconds(lambda: list(itertools.islice(write_csv(results_table(task)), 2)))
    size = sum(len(part) for part in write_csv(results_table(task)))
    whole = median_seconds(lambda: sum(len(part) for part in write_csv(results_table(task))), 3)
    yield Line(
        what=f"{count:,} rows of {len(EXAMPLES)} columns, {size / 1024 / 1024:.1f} MB",
        figures=f"{whole:.2f} s; first rows after {first * 1000:.1f} ms",
    )
