"""Workbooks made to exhaust their reader: each is refused or read in bounded time, and costs the service no memory."""

from __future__ import annotations

import io
import itertools
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.pipeline.read import Limits, inspect_file, read_chunks
from tests.unit.reading.open_document import spreadsheet
from tests.unit.reading.reading import KNOWN
from tests.unit.reading.workbooks import HEADER, PARTS

SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
LIMITS = Limits.from_settings(BulkSettings())
MOST_SECONDS = 20  # of processors, which is all the time that it takes on a quiet machine
BUSY_TIMES = 4  # as much may pass while other programs use the processors
MOST_GROWTH_MB = 60


def sheet(rows: Iterator[bytes]) -> Iterator[bytes]:
    yield b"<worksheet><sheetData>" + HEADER.encode()
    yield from rows
    yield b"</sheetData></worksheet>"


def repeated(piece: bytes, count: int, *, before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
    yield before
    yield from (piece * 1000 for _ in range(count // 1000))
    yield after


def wide(cell: str) -> Iterator[bytes]:
    return (
        f'<row r="{line}"><c r="A{line}"><v>1</v></c>{cell.format(line)}</row>'.encode() for line in range(2, 10_001)
    )


ATTACKS: dict[str, tuple[str, Callable[[], Iterator[bytes]], str | None]] = {
    "34 million elements inside each other": (
        SHEET,
        lambda: sheet(repeated(b"<a>", 34_000_000, before=b"<row>")),
        "WORKBOOK_TOO_DEMANDING",
    ),
    "a blank cell in the last column of 10,000 rows": (SHEET, lambda: sheet(wide('<c r="XFD{0}"/>')), None),
    "a value in the last column of 10,000 rows": (
        SHEET,
        lambda: sheet(wide('<c r="XFD{0}"><v>1</v></c>')),
        None,
    ),
    "20 million empty shared texts": (
        STRINGS,
        lambda: repeated(b"<si/>", 20_000_000, before=b"<sst>", after=b"</sst>"),
        "WORKBOOK_TOO_DEMANDING",
    ),
    "98 MB of styles": (
        STYLES,
        lambda: repeated(b"<xf/>", 19_600_000, before=b"<styleSheet><cellXfs>", after=b"</cellXfs></styleSheet>"),
        "WORKBOOK_TOO_DEMANDING",
    ),
    "98 MB of fonts": (
        STYLES,
        lambda: repeated(b"<font><b/></font>", 5_700_000, before=b"<styleSheet><fonts>"),
        "WORKBOOK_TOO_DEMANDING",
    ),
    "one cell in the last corner": (
        SHEET,
        lambda: sheet(iter([b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'])),
        None,
    ),
    "an archive that unpacks to a thousand times its size": (SHEET, lambda: repeated(b" ", 10**9), "FILE_TOO_LARGE"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_the_service_no_memory(name: str) -> None:
    part, pieces, code = ATTACKS[name]
    file = io.BytesIO(zipped(part, pieces()))
    assert file.seek(0, io.SEEK_END) < LIMITS.max_bytes
    memory, start, processor = reset_peak(), time.monotonic(), processor_seconds()
    assert first_problem(file) in {code, "WORKBOOK_TOO_DEMANDING"}  # how much is too much depends on the machine
    assert processor_seconds() - processor < MOST_SECONDS
    assert time.monotonic() - start < MOST_SECONDS * BUSY_TIMES
    assert peak() - memory < MOST_GROWTH_MB


@pytest.mark.slow
def test_an_open_document_that_repeats_a_cell_everywhere_costs_no_memory() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    file = io.BytesIO(spreadsheet(a=f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'))
    memory, start, processor = reset_peak(), time.monotonic(), processor_seconds()
    assert first_problem(file) in {"WORKBOOK_TOO_DEMANDING", "NOT_A_TABLE"}
    assert processor_seconds() - processor < MOST_SECONDS
    assert time.monotonic() - start < MOST_SECONDS * BUSY_TIMES
    assert peak() - memory < MOST_GROWTH_MB


TEXTS = {
    "one text of 3 million characters that XML does not allow": (b"<si><t>", b"_x0001_", b"</t></si>", 1, 1),
    "it is in three cells": (b"<si><t>", b"_x0001_", b"</t></si>", 1, 3),
    "a thousand texts of 3,000 such characters": (b"<si><t>", b"_x0001_", b"</t></si>", 1000, 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_long_texts_cost_the_service_neither_time_nor_memory(name: str) -> None:
    start, piece, end, count, uses = TEXTS[name]
    texts = (start + piece * (3_000_000 // count) + end for _ in range(count))
    file = io.BytesIO(zipped(STRINGS, itertools.chain([b"<sst>"], texts, [b"</sst>"]), rows=referring(count) * uses))
    assert file.seek(0, io.SEEK_END) < 200_000
    memory, begun, own = reset_peak(), time.monotonic(), time.process_time()
    facts = inspect_file(file, LIMITS, known_headers=KNOWN)
    found = {problem.code for rows in read_chunks(file, facts, LIMITS) for row in rows for problem in row.problems}
    assert found == ({"CONTROL_CHARACTER", "CELL_TOO_LONG"} if count == 1 else {"CONTROL_CHARACTER"})
    assert time.monotonic() - begun < MOST_SECONDS * BUSY_TIMES
    assert time.process_time() - own < 5
    assert peak() - memory < MOST_GROWTH_MB


def referring(count: int) -> str:
    return "".join(f'<row><c t="s"><v>{index}</v></c></row>' for index in range(count))


def first_problem(file: io.BytesIO) -> str | None:
    try:
        inspect_file(file, LIMITS, known_headers=KNOWN)
    except UploadRefused as refused:
        return refused.problems[0].code
    return None


def zipped(name: str, pieces: Iterator[bytes], *, rows: str = "<row><c><v>1</v></c></row>") -> bytes:
    """A workbook with that part, written piece by piece."""
    content = io.BytesIO()
    sheet_part = f"<worksheet><sheetData>{HEADER}{rows}</sheetData></worksheet>"
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, part in {**PARTS, SHEET: sheet_part}.items():
            if other != name:
                archive.writestr(other, part)
        with archive.open(name, "w") as stream:
            for piece in pieces:
                stream.write(piece)
    return content.getvalue()


def processor_seconds() -> float:
    """What this process and those that it waited for have used."""
    return sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def reset_peak() -> float:
    """The memory of this process now, in megabytes, from which its peak is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> float:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024
