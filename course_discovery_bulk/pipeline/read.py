"""The first stage: an uploaded file becomes numbered rows of text, in chunks, with every problem in its place.

    CSV:   bytes -> decoding -> lines -> splitting -> records -> cells -> RawRow
    Excel: bytes -> workbook -> records -> cells -> RawRow

`inspect_file` looks at all of the file once, at upload, and refuses what cannot become a task; `read_chunks` then gives
its rows to the worker. Neither keeps more than a chunk of rows in memory, and neither knows what a cell means.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import (
    EMPTY_FILE,
    FILE_TOO_LARGE,
    NO_ROWS,
    READ_AS_CP1252,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNCLOSED_QUOTE,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.reading.cells import find_problems, find_ragged_row, trim_cells
from course_discovery_bulk.reading.decoding import CP1252, find_encoding, measure, read_lines, refuse_other_formats
from course_discovery_bulk.reading.heading import NamelessColumns, find_header_problems, names_of
from course_discovery_bulk.reading.splitting import (
    Record,
    allow_long_cells,
    choose_delimiter,
    filled_width,
    split_records,
)
from course_discovery_bulk.reading.workbook import XLSX, is_workbook, read_sheet

if TYPE_CHECKING:
    from course_discovery_bulk.conf import BulkSettings


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a file may hold; cells are measured in bytes of UTF-8."""

    max_bytes: int
    max_rows: int
    max_columns: int
    max_cell_bytes: int
    chunk_rows: int

    @classmethod
    def from_settings(cls, settings: BulkSettings) -> Limits:
        """The limits that the host has set."""
        return cls(
            max_bytes=settings.max_file_bytes,
            max_rows=settings.max_rows,
            max_columns=settings.max_columns,
            max_cell_bytes=settings.max_cell_bytes,
            chunk_rows=settings.read_chunk_rows,
        )


def inspect_file(file: BinaryIO, limits: Limits, *, known_headers: frozenset[str]) -> FileFacts:
    """What the file is and how many rows it has, or `UploadRefused` with everything that stands against it.

    `known_headers` (normalised) help to tell the delimiter; whether they are the right ones is not decided here.
    """
    _refuse_size(measure(file), limits)
    encoding, delimiter = _find_form(file, known_headers)
    records = _read_records(file, encoding, delimiter, limits)
    header = next(records, None)
    if header is None:
        raise UploadRefused([problem(EMPTY_FILE)])
    _refuse_width(header, limits)
    scan = _scan_rows(records, header, limits, is_sheet=encoding == XLSX)
    problems = [
        *find_header_problems(header, scan.filled_nameless, max_cell_bytes=limits.max_cell_bytes),
        *_scan_problems(scan, limits),
    ]
    if problems:
        raise UploadRefused(problems, headers=names_of(header) if header.is_closed else ())
    return FileFacts(
        encoding=encoding,
        delimiter=delimiter,
        headers=tuple(names_of(header)),
        row_count=scan.row_count,
        notes=(problem(READ_AS_CP1252),) if encoding == CP1252 else (),
    )


def read_chunks(file: BinaryIO, facts: FileFacts, limits: Limits) -> Iterator[list[RawRow]]:
    """The rows of a file that `inspect_file` let pass, in file order, at most `limits.chunk_rows` at a time."""
    records = _read_records(file, facts.encoding, facts.delimiter, limits)
    next(records, None)  # the header
    names = [normalise_header(header) for header in facts.headers]
    while taken := list(itertools.islice(records, limits.chunk_rows)):
        yield [_raw_row(record, names, facts, limits) for record in taken]


def _find_form(file: BinaryIO, known_headers: frozenset[str]) -> tuple[str, str]:
    """The encoding and what parts the cells; a workbook has nothing that does."""
    if is_workbook(file):
        return XLSX, ""
    refuse_other_formats(file)
    allow_long_cells(measure(file))
    encoding = find_encoding(file)
    return encoding, choose_delimiter(read_lines(file, encoding), known_headers)


def _read_records(file: BinaryIO, encoding: str, delimiter: str, limits: Limits) -> Iterator[Record]:
    if encoding == XLSX:
        return read_sheet(file, max_bytes=limits.max_bytes)
    allow_long_cells(measure(file))
    return split_records(read_lines(file, encoding), delimiter)


@dataclass(frozen=True, kw_only=True)
class _Scan:
    """What one look at all rows tells; it ends early where the rest can no longer matter."""

    row_count: int
    filled_nameless: frozenset[int]
    unclosed: Record | None  # the first record, header included, with such a quotation mark


def _scan_rows(records: Iterator[Record], header: Record, limits: Limits, *, is_sheet: bool) -> _Scan:
    nameless = NamelessColumns(header, is_sheet=is_sheet)
    row_count, filled = 0, set[int]()
    unclosed = None if header.is_closed else header
    while not unclosed and row_count <= limits.max_rows and (record := next(records, None)):
        row_count += 1
        filled |= nameless.filled_in(record)
        unclosed = None if record.is_closed else record
    return _Scan(row_count=row_count, filled_nameless=frozenset(filled), unclosed=unclosed)


def _refuse_size(size: int, limits: Limits) -> None:
    if size == 0:
        raise UploadRefused([problem(EMPTY_FILE)])
    if size > limits.max_bytes:
        raise UploadRefused([problem(FILE_TOO_LARGE, size=size, limit=limits.max_bytes)])


def _refuse_width(header: Record, limits: Limits) -> None:
    """Refuse a header that is too wide before any row is read; one that a quotation mark made wide is not meant."""
    count = filled_width(header.cells)
    if header.is_closed and count > limits.max_columns:
        place = Place(line=header.line)
        raise UploadRefused([problem(TOO_MANY_COLUMNS, place, count=count, limit=limits.max_columns)])


def _scan_problems(scan: _Scan, limits: Limits) -> Iterator[Problem]:
    if scan.row_count > limits.max_rows:
        yield problem(TOO_MANY_ROWS, limit=limits.max_rows)
    if scan.unclosed:
        yield problem(UNCLOSED_QUOTE, Place(line=scan.unclosed.line), file_line=scan.unclosed.file_line)
    elif scan.row_count == 0:
        yield problem(NO_ROWS)


def _raw_row(record: Record, names: list[str], facts: FileFacts, limits: Limits) -> RawRow:
    texts = trim_cells(record, len(names))
    return RawRow(
        line=record.line,
        cells={name: text for name, text in zip(names, texts, strict=True) if name},
        problems=(
            *find_ragged_row(record, len(names), delimiter=facts.delimiter),
            *find_problems(texts, record.line, names, max_cell_bytes=limits.max_cell_bytes),
        ),
    )
