"""Reading and checking a file: seconds for 10,000 rows of 30 columns, and memory, which must not grow with the file.

Reading happens twice: at upload (`inspect`; the person waits) and in the worker (`rows`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.files import csv_bytes, wide_rows, write_workbook
from benchmarks.measuring import Line, in_fresh_process

ROWS = 10_000
PROGRAM = """
import resource, sys, time
import django
django.setup()
from django.contrib.auth import get_user_model
from course_discovery_bulk import conf, documents
from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pipeline import bench
from course_discovery_bulk.pipeline.read import Limits, inspect_file, read_chunks
from course_discovery_bulk.pipeline.validate import Seen, Validator, validate_rows

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

settings = conf.read()
limits = Limits.from_settings(settings)
operation = get_operation("course_create")
known = frozenset(name for column in operation.columns for name in (column.name, *column.aliases))
lookups = documents.lookups_of(get_user_model().objects.get(username="staff"), "localhost")
context = Context(lookups=lookups, date_order="")
validator = Validator(operation=operation, context=context, default_product_source="")
before = peak()
with open(sys.argv[1], "rb") as file:
    t0 = time.perf_counter()
    facts = inspect_file(file, limits, known_headers=known)
    t1 = time.perf_counter()
    rows = sum(len(chunk) for chunk in read_chunks(file, facts, limits))
    t2 = time.perf_counter()
    seen = Seen()
    checked = sum(1 for chunk in read_chunks(file, facts, limits) for _ in validate_rows(chunk, validator, seen))
    t3 = time.perf_counter()
assert rows == checked == int(sys.argv[2]), (rows, checked)
print(t1 - t0, t2 - t1, t3 - t2 - (t2 - t1), peak() - before)
"""


def run(scale: float) -> Iterator[Line]:
    """CSV and Excel, at a quarter of the size and at all of it."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            for count in (int(ROWS * scale / 4), int(ROWS * scale)):
                file = Path(folder) / f"{count}.{kind}"
                rows = wide_rows(count)
                file.write_bytes(csv_bytes(rows)) if kind == "csv" else write_workbook(rows, file)
                inspect, read, check, memory = in_fresh_process(PROGRAM, file, count)
                size = file.stat().st_size / 1024 / 1024
                yield Line(
                    what=f"{kind}, {count:,} rows, {size:.1f} MB",
                    figures=f"inspect {inspect:.2f} s, rows {read:.2f} s, check {check:.2f} s; memory +{memory:.0f} MB",
                )
