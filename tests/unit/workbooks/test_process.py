"""The process that reads workbooks: what it may take, what it is given, and how its end is told."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.pipeline.read import read_chunks
from course_discovery_bulk.reading.workbook import process
from course_discovery_bulk.reading.workbook.answers import Request, Unreadable
from course_discovery_bulk.reading.workbook.process import find_python, reading_process
from tests.unit.reading.reading import KNOWN, codes, inspect, inspect_file, limits, read, refusal
from tests.unit.reading.workbooks import workbook, written

SHEET = workbook([["title", "number"], *[[f"Café “{number}”\n", number] for number in range(300)]])
REQUEST = Request(sheet="", lists_only=False, max_bytes=100_000, memory_mb=512, seconds=10)


def test_rows_come_from_another_process_as_they_are() -> None:
    rows = read(SHEET)
    assert [(row.line, row.cells["title"], row.cells["number"]) for row in rows] == [
        (number + 2, f"Café “{number}”", str(number)) for number in range(300)
    ]


def test_it_loads_neither_django_nor_pandas() -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from course_discovery_bulk.reading.workbook import child, excel"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(process.__file__).parents[3],
    ).stderr
    modules = {line.rpartition("|")[2].strip().partition(".")[0] for line in loaded.splitlines()}
    assert "openpyxl" in modules
    assert not modules & {"django", "pandas"}


def test_it_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "x")
    given = {}
    monkeypatch.setattr(subprocess, "Popen", lambda *_args, **options: given.update(options["env"]))
    process._start(io.FileIO(__file__))
    assert "PYTHONPATH" in given
    assert "A_SECRET" not in given


@pytest.mark.parametrize("executable", ["/usr/bin/uwsgi", "", None])
def test_python_is_found_inside_another_program(monkeypatch: pytest.MonkeyPatch, executable: str | None) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    assert Path(find_python()).name.startswith("python")
    assert len(read(SHEET)) == 300


def test_a_workbook_that_takes_more_memory_than_it_may_is_refused() -> None:
    shared = f"<sst><si><t>{'x' * 40_000_000}</t></si></sst>"
    content = written('<row><c t="s"><v>0</v></c></row>', sharedStrings=shared)
    problems = refusal(content, max_bytes=5_000_000, workbook_memory_mb=60)
    assert codes(problems) == [("WORKBOOK_TOO_DEMANDING", None, None)]


def test_a_workbook_that_takes_more_time_than_it_may_is_refused() -> None:
    assert codes(refusal(SHEET, workbook_seconds=0)) == [("WORKBOOK_TOO_DEMANDING", None, None)]


def test_a_process_that_is_killed_refuses_the_file_in_the_middle() -> None:
    content = workbook([["title", "number"], *[["x" * 200, number] for number in range(3000)]])
    file, bounds = io.BytesIO(content), limits(max_bytes=10**6, max_rows=3000, chunk_rows=10)
    chunks = read_chunks(file, inspect_file(file, bounds, known_headers=KNOWN), bounds)
    next(chunks)
    (reader,) = _children()
    reader.kill()
    with pytest.raises(UploadRefused) as refused:
        list(chunks)
    assert [problem.code for problem in refused.value.problems] == ["WORKBOOK_TOO_DEMANDING"]


def test_a_process_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_WAIT_SECONDS", 0.2 - REQUEST.seconds)
    monkeypatch.setattr(process, "_start", lambda _: subprocess.Popen(["sleep", "60"], stdin=-1, stdout=-1))
    with reading_process(io.BytesIO(SHEET), REQUEST) as lines, pytest.raises(Unreadable):
        list(lines)


def test_a_reader_that_stops_early_leaves_no_process_behind() -> None:
    content = workbook([["title", "number"], *[["x" * 200, number] for number in range(3000)]])
    file, bounds = io.BytesIO(content), limits(max_bytes=10**6, max_rows=3000)
    chunks = read_chunks(file, inspect_file(file, bounds, known_headers=KNOWN), bounds)
    assert len(next(chunks)) == 3
    assert len(_children()) == 1
    chunks.close()
    assert _children() == []


def test_a_process_that_cannot_start_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_CHILD", "course_discovery_bulk.no_such_module")
    with pytest.raises(RuntimeError, match="cannot run"):
        inspect(SHEET)


def _children() -> list[object]:
    psutil = pytest.importorskip("psutil")
    found = psutil.Process().children()
    return [child for child in found if any("workbook.child" in word for word in child.cmdline())]
