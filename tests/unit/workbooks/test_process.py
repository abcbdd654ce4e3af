"""The process that reads workbooks: what it may take, what it is given, and how its end is told."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk.exceptions import ReaderUnavailable, UploadRefused
from course_discovery_bulk.pipeline.read import read_chunks
from course_discovery_bulk.reading.workbook import process
from course_discovery_bulk.reading.workbook.answers import LINE_BYTES, OUT_OF_MEMORY, Request, Unreadable
from course_discovery_bulk.reading.workbook.process import find_python, reading_process
from tests.unit.reading.reading import KNOWN, codes, inspect, inspect_file, limits, read, refusal
from tests.unit.reading.workbooks import workbook, written

SHEET = workbook([["title", "number"], *[[f"Café “{number}”\n", number] for number in range(300)]])
REQUEST = Request(
    sheet="", lists_only=False, max_bytes=100_000, max_cell_bytes=1000, blanks=" ", memory_mb=512, seconds=10
)
LONG = workbook([["title", "number"], *[["x" * 200, number] for number in range(3000)]])
LONG_BOUNDS = limits(max_bytes=10**6, max_rows=3000, chunk_rows=10)


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


def test_a_workbook_is_read_inside_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/uwsgi")
    assert len(read(SHEET)) == 300


def test_a_workbook_that_takes_more_memory_than_it_may_is_refused() -> None:
    shared = f"<sst><si><t>{'x' * 40_000_000}</t></si></sst>"
    content = written('<row><c t="s"><v>0</v></c></row>', sharedStrings=shared)
    problems = refusal(content, max_bytes=5_000_000, workbook_memory_mb=60)
    assert codes(problems) == [("WORKBOOK_TOO_DEMANDING", None, None)]


def test_a_workbook_that_takes_more_time_than_it_may_is_refused() -> None:
    assert codes(refusal(SHEET, workbook_seconds=0)) == [("WORKBOOK_TOO_DEMANDING", None, None)]


@pytest.mark.parametrize("number", [signal.SIGXCPU, signal.SIGABRT, signal.SIGSEGV])
def test_a_process_that_its_limits_stop_refuses_the_file_in_the_middle(number: signal.Signals) -> None:
    with pytest.raises(UploadRefused) as refused:
        _read_and_send(number)
    assert [problem.code for problem in refused.value.problems] == ["WORKBOOK_TOO_DEMANDING"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGBUS])
def test_a_process_that_anything_else_stops_is_no_fault_of_the_file(number: signal.Signals) -> None:
    with pytest.raises(ReaderUnavailable, match=f"signal {number.value}|exit code"):
        _read_and_send(number)


def test_a_process_is_out_of_reach_of_signals_to_the_group_of_a_worker() -> None:
    with reading_process(io.BytesIO(LONG), REQUEST) as lines:
        next(lines)
        (reader,) = _children()
        assert os.getsid(reader.pid) == os.getpgid(reader.pid) == reader.pid


def test_a_process_without_the_memory_to_say_so_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_start", lambda _: _shell(f"read request; exit {OUT_OF_MEMORY}"))
    with reading_process(io.BytesIO(SHEET), REQUEST) as lines, pytest.raises(Unreadable):
        list(lines)


def test_an_answer_that_breaks_off_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_start", lambda _: _shell("read request; printf 'no line'"))
    with pytest.raises(ReaderUnavailable, match="broke off"):
        inspect(SHEET)


def test_a_process_that_hangs_is_given_up_and_the_file_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_WAIT_TIMES", 0.02)
    monkeypatch.setattr(process, "_start", lambda _: _shell("exec sleep 60"))
    with reading_process(io.BytesIO(SHEET), REQUEST) as lines, pytest.raises(ReaderUnavailable, match="in time"):
        list(lines)


def test_a_host_without_room_for_the_file_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    full = io.BufferedRandom(io.FileIO("/dev/full", "r+"))
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: full)
    with pytest.raises(ReaderUnavailable, match="No space left"):
        inspect(LONG, max_bytes=10**6)


@pytest.mark.parametrize("trouble", [BlockingIOError(11, "no more processes"), FileNotFoundError(2, "no Python")])
def test_a_host_that_starts_no_process_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, trouble: OSError
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(ReaderUnavailable, match="no "):
        inspect(SHEET)


def test_the_folder_of_the_package_never_comes_before_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(Path(process.__file__).parents[3])
    others = [folder for folder in sys.path if folder and folder != root]
    monkeypatch.setattr(sys, "path", others)
    assert process._folders() == [*others, root]
    monkeypatch.setattr(sys, "path", ["", *others, root, "/last"])
    assert process._folders() == [*others, root, "/last"]


def test_time_has_a_hard_limit_behind_the_one_that_is_told() -> None:
    code = (
        "import resource, sys; from course_discovery_bulk.reading.workbook.child import _limit_time\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]),) * 2); _limit_time(15)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU))"
    )
    for most, found in (("-1", "(15, 17)"), ("10", "(9, 10)")):
        told = subprocess.run([sys.executable, "-c", code, most], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == found


def test_lines_are_put_together_from_blocks() -> None:
    assert list(process._split(iter([b"a", b"b\nc\n", b"", b"d", b"\n", b"e\nrest"]))) == [b"ab", b"c", b"d", b"e"]


def test_a_line_has_bounds() -> None:
    with pytest.raises(Unreadable):
        list(process._split(iter([b"x" * LINE_BYTES, b"x\n"])))


def test_a_row_beyond_the_bounds_of_a_line_refuses_the_file() -> None:
    cells = '<c t="s"><v>0</v></c>' * 300
    content = written(f"<row>{cells}</row>", sharedStrings=f"<sst><si><t>{'x' * 32_000}</t></si></sst>")
    problems = refusal(content, max_bytes=10**7, max_cell_bytes=32_768)
    assert codes(problems) == [("WORKBOOK_TOO_DEMANDING", None, None)]


def test_a_reader_that_stops_early_leaves_no_process_behind() -> None:
    file, bounds = io.BytesIO(LONG), limits(max_bytes=10**6, max_rows=3000)
    chunks = read_chunks(file, inspect_file(file, bounds, known_headers=KNOWN), bounds)
    assert len(next(chunks)) == 3
    assert len(_children()) == 1
    chunks.close()
    assert _children() == []


def test_a_process_that_cannot_start_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_CHILD", "course_discovery_bulk.no_such_module")
    with pytest.raises(ReaderUnavailable, match="exit code 1"):
        inspect(SHEET)


def _read_and_send(number: signal.Signals) -> None:
    """Read a file whose reader gets a signal in the middle."""
    chunks = read_chunks(io.BytesIO(LONG), _facts_of_long(), LONG_BOUNDS)
    next(chunks)
    (reader,) = _children()
    reader.send_signal(number)
    list(chunks)


@cache
def _facts_of_long() -> Any:
    return inspect_file(io.BytesIO(LONG), LONG_BOUNDS, known_headers=KNOWN)


def _shell(script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["/bin/sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _children() -> list[Any]:
    psutil = pytest.importorskip("psutil")
    found = psutil.Process().children()
    return [child for child in found if any("workbook.child" in word for word in child.cmdline())]
