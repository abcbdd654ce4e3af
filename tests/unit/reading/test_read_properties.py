"""What holds for any bytes and any table, and how much time and memory reading takes."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
from typing import BinaryIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_discovery_bulk.data import FileFacts
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.pipeline.read import Limits, inspect_file, read_chunks
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.reading.splitting import BLANKS
from course_discovery_bulk.text.formula_escaping import restore
from tests.unit.reading.reading import KNOWN, limits
from tests.unit.reading.workbooks import text_table, workbook

FRAGMENTS = st.sampled_from(
    [
        b"title", b"number", b"a", b" ", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b'"', b'""', b'",', b',"',
        b"\x00", b"\x0b", b"\x1c", b"\x7f", b"\x81", b"\x85", b"\xa0", b"\xc2\x85", b"\xc2\xa0", b"\xc2\xad", b"\xe9",
        b"\xc3\xa9", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xe2\x80\xa8", b"\xe2\x80\x8b", b"#REF!", b"sep=;",
        b"title,number\n",
    ]
)  # fmt: skip
ANY_BYTES = st.binary(max_size=200) | st.lists(FRAGMENTS, max_size=30).map(b"".join)
CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n,;"\t', exclude_characters="\ufffe\uffff"),
    max_size=12,
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12)
)


def _inspect(file: BinaryIO, bounds: Limits) -> tuple[FileFacts | None, tuple[Problem, ...]]:
    try:
        return inspect_file(file, bounds, known_headers=KNOWN), ()
    except UploadRefused as refused:
        return None, refused.problems


@settings(max_examples=200, database=None)
@given(content=ANY_BYTES, chunk_rows=st.integers(1, 4))
@example(content=b'"', chunk_rows=1)
@example(content=b"title,\x85\n1,2\n", chunk_rows=1)
def test_any_bytes_are_refused_with_reasons_or_read_as_numbered_rows(content: bytes, chunk_rows: int) -> None:
    file, bounds = io.BytesIO(content), limits(chunk_rows=chunk_rows, max_rows=5, max_columns=4, max_cell_bytes=8)
    facts, problems = _inspect(file, bounds)
    if facts is None:
        assert problems
        return
    chunks = list(read_chunks(file, facts, bounds))
    lines = [row.line for chunk in chunks for row in chunk]
    assert len(lines) == facts.row_count
    assert lines == sorted(set(lines))
    assert lines[0] > 1
    assert all(len(chunk) == chunk_rows for chunk in chunks[:-1])


@pytest.mark.slow
@settings(max_examples=2000, database=None)
@given(content=ANY_BYTES, chunk_rows=st.integers(1, 4))
def test_many_more_bytes(content: bytes, chunk_rows: int) -> None:
    test_any_bytes_are_refused_with_reasons_or_read_as_numbered_rows.hypothesis.inner_test(content, chunk_rows)


@pytest.mark.slow
@settings(max_examples=200, database=None)
@given(table=TABLES, delimiter=st.sampled_from(",;\t"), codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_a_spreadsheet_writes_is_what_is_read(table: list[list[str]], delimiter: str, codec: str) -> None:
    header = ["title", "number", "price", "organization"][: len(table[0])]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *table])
    trimmed = [[restore(cell.lstrip(BLANKS)).strip(BLANKS) for cell in cells] for cells in table]
    expected = [(line, cells) for line, cells in enumerate(trimmed, start=2) if any(cells)]
    file, bounds = io.BytesIO(written.getvalue().encode(codec)), limits(chunk_rows=500)
    facts, problems = _inspect(file, bounds)
    if facts is None:
        assert ([problem.code for problem in problems], expected) == (["NO_ROWS"], [])
        return
    rows = [row for chunk in read_chunks(file, facts, bounds) for row in chunk]
    assert [(row.line, list(row.cells.values())) for row in rows] == expected


@pytest.mark.slow
@settings(max_examples=100, database=None)
@given(table=TABLES)
def test_a_workbook_gives_what_the_csv_file_gives(table: list[list[str]]) -> None:
    rows = [["title", "number", "price", "organization"][: len(table[0])], *table]
    found = []
    for content in (text_table(rows), workbook(rows)):
        file, bounds = io.BytesIO(content), limits(chunk_rows=500, max_cell_bytes=20)
        facts, problems = _inspect(file, bounds)
        found.append([problems, *([] if facts is None else read_chunks(file, facts, bounds))])
    assert found[1] == found[0]


@pytest.fixture
def bounds() -> Limits:
    return limits(max_bytes=10 * 2**20, max_rows=100_000, max_cell_bytes=32 * 1024, chunk_rows=500)


def table_of(rows: int, columns: int, text: str = "some value") -> bytes:
    row = ",".join(f"{text} {column}" for column in range(columns))
    return "\n".join([",".join(f"column {column}" for column in range(columns)), *[row] * rows]).encode()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(bounds: Limits) -> None:
    small, large = (table_of(rows, 8, "some longer value" * 10) for rows in (1000, 6000))
    assert len(large) > 8_000_000
    peaks = [_peak_of_reading(content, bounds) for content in (small, small, large)]  # the first also warms up
    assert peaks[2] < peaks[1] * 1.5
    assert peaks[2] < 8_000_000


@pytest.mark.slow
def test_an_endless_cell_takes_little_memory(bounds: Limits) -> None:
    content = b'title,number\na,"open\n' + b"a line of text without end\n" * 300_000
    assert len(content) > 8_000_000
    assert _peak_of_reading(content, bounds) < 16_000_000


def _peak_of_reading(content: bytes, bounds: Limits) -> int:
    file = io.BytesIO(content)
    tracemalloc.start()
    try:
        facts, problems = _inspect(file, bounds)
        count = sum(len(chunk) for chunk in read_chunks(file, facts, bounds)) if facts else 0
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count or [problem.code for problem in problems] == ["UNCLOSED_QUOTE"]
    return peak


@pytest.mark.slow
def test_a_file_of_ten_thousand_rows_is_read_in_seconds(bounds: Limits) -> None:
    file = io.BytesIO(table_of(10_000, 30))
    start = time.process_time()
    facts = inspect_file(file, bounds, known_headers=KNOWN)
    assert sum(len(chunk) for chunk in read_chunks(file, facts, bounds)) == 10_000
    assert time.process_time() - start < 6  # about one on an idle machine
