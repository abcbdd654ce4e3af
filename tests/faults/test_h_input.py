"""Section H of the catalogue of failures: input that is made to exhaust the servers, sent to real ones.

What is wrong with which cell, and how it is told, is in the quick tests that the page on failures names.
"""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

import psutil
import pytest

from tests.faults.rig.processes import Process
from tests.faults.rig.samples import Sample, course_create
from tests.faults.rig.waiting import allowed
from tests.unit.reading.workbooks import replaced, workbook

MEGABYTE = 1024 * 1024
BOMB_SECONDS = 5  # a refusal takes less than two


class Memory:
    """The most memory that a server's processes have held since this was made, beyond what they held then."""

    def __init__(self, process: Process) -> None:
        self._pids = [process.pid, *process.children()]
        for pid in self._pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak is measured anew
        self._before = sum(psutil.Process(pid).memory_info().rss for pid in self._pids)

    def growth(self) -> int:
        """Bytes."""
        peaks = [re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()) for pid in self._pids]
        return sum(int(peak[1]) * 1024 for peak in peaks if peak) - self._before


def bomb() -> bytes:
    """A workbook of about 120 KB whose sheet unpacks to 120 MB."""
    return replaced(workbook([["title", "number"], ["a", 1]]), "xl/worksheets/sheet1.xml", b" " * 120_000_000)


class Raw(Sample):
    """A file of any bytes."""

    @property
    def content(self) -> bytes:
        return self.rows[0]["content"]  # type: ignore[return-value]


def raw(content: bytes) -> Raw:
    return Raw(task_type="course_create", rows=({"content": content},))  # type: ignore[dict-item]


# What is sent, what is wrong with it, and how many megabytes looking at it may take for a moment.
EXHAUSTING = [
    ("94 a header of 64,000 columns", b"a," * 64_000 + b"\nx\n", "TOO_MANY_COLUMNS", 20),
    ("94 a header as wide as a file may be", b"a," * 5_000_000 + b"\nx\n", "TOO_MANY_COLUMNS", 120),
    ("94 one cell as long as a file may be", b"title\n" + b"x" * 10_000_000, "MISSING_COLUMN", 120),
    ("94 rows without end", b"title,number\n" + b"a,1\n" * 2_500_000, "TOO_MANY_ROWS", 20),
    ("94 nothing but blank lines", b"\n" * 10_000_000, "TOO_MANY_ROWS", 20),
    ("102 a workbook that unpacks to 120 MB", bomb(), "FILE_TOO_LARGE", 20),
    ("102 a gzip archive of 100 MB", gzip.compress(b"a," * 50_000_000), "NOT_A_TABLE", 20),
]


def test_94_102_what_is_made_to_exhaust_us_is_refused_soon_and_cheaply(site):
    for content in (b"title\nx\n", workbook([["title"], ["x"]])):  # the first uploads load half of the libraries
        assert site.rest().upload(raw(content)).status_code == 400

    for name, content, code, megabytes in EXHAUSTING:
        memory, started = Memory(site.web), time.monotonic()
        answer = site.rest().upload(raw(content))
        seconds, growth = time.monotonic() - started, memory.growth() / MEGABYTE
        assert answer.status_code in {400, 413}, name
        assert answer.json()["problems"][0]["code"] == code, name
        assert seconds < allowed(BOMB_SECONDS), name
        assert growth < megabytes, name
    assert not list((site.folder / "uploads").glob("*"))


@pytest.mark.slow
def test_104_ten_thousand_rows_without_a_good_one(site):
    rows = tuple({**row, "number": f"BAD {at}"} for at, row in enumerate(course_create(1, calls=1).rows * 10_000))
    site.start_worker(concurrency=1)
    warm = site.upload(course_create(1, calls=1))
    site.finish(warm)
    calls = len(site.faults.writes())
    started = time.monotonic()

    pk = site.upload(Sample(task_type="course_create", rows=rows))
    ended = site.finish(pk)

    seconds = time.monotonic() - started
    assert (ended.status, site.statuses(pk)) == ("failed", {"invalid": 10_000})
    assert len(site.faults.writes()) == calls
    assert sum(ended.task_summary["error_totals"].values()) == 10_000
    assert seconds < allowed(20)
