"""The first stage: an uploaded file becomes numbered rows of text, in chunks, with every problem in its place.

    bytes -> source -> records -> cells -> RawRow

`inspect_file` looks at all of the file once, at upload, and refuses what cannot become a task; `read_chunks` then gives
its rows to the worker, going by what was found out. Neither keeps more than a chunk of rows in memory, knows the format
of the file, or knows what a cell means.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import COLLABORATORS
from course_discovery_bulk.columns.evidence import Gathering
from course_discovery_bulk.columns.headers import cell_names, has_our_marks, normalise_header
from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.mapping.course_list import is_course_list
from course_discovery_bulk.problems import (
    EMPTY_FILE,
    FILE_TOO_LARGE,
    HEADER_BELOW,
    NO_ROWS,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNCLOSED_QUOTE,
    Place,
    Problem,
    bounded_reading,
    problem,
)
from course_discovery_bulk.reading.blank_rows import is_blank
from course_discovery_bulk.reading.cells import find_problems, find_row_problems, trim_cells
from course_discovery_bulk.reading.choices import NO_CHOICES, ReadingChoices
from course_discovery_bulk.reading.decoding import measure
from course_discovery_bulk.reading.heading import NamelessColumns, find_header_problems, names_of
from course_discovery_bulk.reading.limits import Limits
from course_discovery_bulk.reading.marked_cells import read_marks
from course_discovery_bulk.reading.shape import PEEKED, find_header_row, refuse_unparted
from course_discovery_bulk.reading.source import Source
from course_discovery_bulk.reading.sources import find_source, reopen_source
from course_discovery_bulk.reading.splitting import Record, filled_width
from course_discovery_bulk.reading.workbook.notes import hidden_notes

__all__ = ["Inspected", "Limits", "ReadingChoices", "inspect_file", "look_through", "read_chunks"]

_NO_COLUMNS: Final[Mapping[str, Column]] = {}
_UNKNOWN_COLUMNS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """A file that was looked through once, before it is settled what its columns mean."""

    facts: FileFacts
    gathering: Gathering
    site_order: str  # of dates on this site
    chosen_mark: str  # before decimals

    def facts_for(self, columns: Mapping[str, Column]) -> FileFacts:
        """The facts, with how the file writes dates and amounts; `columns` says what each header (normalised) means."""
        meant = [columns.get(normalise_header(name)) for name in self.facts.headers]
        evidence = self.gathering.result(
            meant, delimiter=self.facts.delimiter, site_order=self.site_order, chosen_mark=self.chosen_mark
        )
        return replace(self.facts, evidence=evidence)


def inspect_file(
    file: BinaryIO,
    limits: Limits,
    *,
    known_headers: frozenset[str],
    choices: ReadingChoices = NO_CHOICES,
    columns: Mapping[str, Column] = _NO_COLUMNS,
    site_order: str = "",
) -> FileFacts:
    """What the file is and how many rows it has, if it is known what its `columns` mean; see `look_through`."""
    found = look_through(file, limits, known_headers=known_headers, choices=choices, site_order=site_order)
    return found.facts_for(columns)


def look_through(
    file: BinaryIO,
    limits: Limits,
    *,
    known_headers: frozenset[str],
    choices: ReadingChoices = NO_CHOICES,
    site_order: str = "",
) -> Inspected:
    """What the file is and how many rows it has, or `UploadRefused` with everything that stands against it.

    `known_headers` (normalised) help to tell the delimiter; whether they are the right ones is not decided here.
    `site_order` is the order of dates on this site.
    """
    _refuse_size(measure(file), limits)
    with closing(find_source(file, limits, choices=choices, known_headers=known_headers)) as source:
        peeked = list(itertools.islice(records := source.records(), PEEKED))
        row = choices.header_row or (find_header_row(peeked, known_headers) if peeked else 0)
        is_below = bool(peeked) and not choices.header_row and row != peeked[0].line
        if not is_below:
            facts, gathering = _inspect(source, itertools.chain(peeked, records), limits, choices, known_headers)
    if is_below:  # a sheet is read again, as its rows are cut to the width of the header
        below = replace(choices, header_row=row)
        found = look_through(file, limits, known_headers=known_headers, choices=below, site_order=site_order)
        notes = (*found.facts.notes, problem(HEADER_BELOW, Place(line=row), row=row))
        return replace(found, facts=replace(found.facts, notes=notes))
    return Inspected(facts=facts, gathering=gathering, site_order=site_order, chosen_mark=choices.decimal)


def read_chunks(
    file: BinaryIO, facts: FileFacts, limits: Limits, *, takes: Mapping[str, str] = _UNKNOWN_COLUMNS
) -> Iterator[list[RawRow]]:
    """The rows of a file that `inspect_file` let pass, in file order, at most `limits.chunk_rows` at a time.

    `takes` says what kind of value the cells below a header (normalised) hold, in the words of a table schema: a sheet
    shows a number to people, and holds it for a column of numbers.
    """
    names = cell_names(facts.headers)
    is_ours = has_our_marks(set(names)) or is_course_list(set(names))  # both guard against formulas
    with closing(reopen_source(file, limits, facts)) as source:
        records = _from_header(source.records(), facts.header_line)
        next(records, None)
        while taken := list(itertools.islice(records, limits.chunk_rows)):
            yield [_raw_row(record, names, source, limits, takes, is_ours=is_ours) for record in taken]


def _inspect(
    source: Source,
    found: Iterator[Record],
    limits: Limits,
    choices: ReadingChoices,
    known_headers: frozenset[str],
) -> tuple[FileFacts, Gathering]:
    records = _from_header(found, choices.header_row)
    header = next(records, None)
    if header is None:
        raise UploadRefused([problem(EMPTY_FILE)])
    _refuse_width(header, limits)
    first = next(records, None)
    refuse_unparted(header, first, known_headers, source.form.delimiter)
    records = itertools.chain([first] if first else [], records)
    names = names_of(header)
    given = (COLLABORATORS.name, *COLLABORATORS.aliases)
    new_names = [at for at, name in enumerate(names) if normalise_header(name) in given]
    gathering = Gathering(len(names), names=new_names, has_numbers=source.is_sheet)
    scan = _scan_rows(records, header, limits, gathering)
    told = [
        *find_header_problems(
            header, scan.filled_nameless, max_cell_bytes=limits.max_cell_bytes, is_sheet=source.is_sheet
        ),
        *_scan_problems(scan, limits),
    ]
    if any(found.is_error for found in told):
        raise UploadRefused(told, headers=names_of(header) if header.is_closed else ())
    facts = FileFacts(
        kind=source.form.kind,
        encoding=source.form.encoding,
        delimiter=source.form.delimiter,
        sheet=source.form.sheet,
        header_line=header.line,
        headers=tuple(names_of(header)),
        row_count=scan.row_count,
        notes=(*source.form.notes, *_hidden_notes(source, header, scan), *told),
    )
    return facts, gathering


def _from_header(found: Iterator[Record], header_line: int) -> Iterator[Record]:
    """The header and the rows after it that hold something; lines before it are titles."""
    records = itertools.dropwhile(lambda record: record.line < header_line, found)
    yield from itertools.islice(records, 1)
    yield from itertools.filterfalse(lambda record: record.is_closed and is_blank(record), records)


@dataclass(frozen=True, kw_only=True)
class _Scan:
    """What one look at all rows tells; it ends early where the rest can no longer matter."""

    row_count: int
    filled_nameless: frozenset[int]
    hidden_lines: list[int]
    unclosed: Record | None  # the first record, header included, with such a quotation mark


def _scan_rows(records: Iterator[Record], header: Record, limits: Limits, gathering: Gathering) -> _Scan:
    nameless = NamelessColumns(header)
    row_count, filled, hidden = 0, set[int](), list[int]()
    unclosed = None if header.is_closed else header
    while not unclosed and row_count <= limits.max_rows and (record := next(records, None)):
        row_count += 1
        filled |= nameless.filled_in(record)
        gathering.see(record.line, record.cells)
        hidden.extend([record.line] if record.is_hidden else [])
        unclosed = None if record.is_closed else record
    return _Scan(row_count=row_count, filled_nameless=frozenset(filled), hidden_lines=hidden, unclosed=unclosed)


def _hidden_notes(source: Source, header: Record, scan: _Scan) -> Iterator[Problem]:
    columns = [name for position, name in enumerate(names_of(header)) if name and source.is_hidden_column(position)]
    return hidden_notes(scan.hidden_lines, total=scan.row_count, columns=columns)


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


def _raw_row(
    record: Record, names: list[str], source: Source, limits: Limits, takes: Mapping[str, str], *, is_ours: bool
) -> RawRow:
    texts = trim_cells(record, len(names), is_ours=is_ours)
    found = itertools.chain(
        find_row_problems(record, names, delimiter=source.form.delimiter, is_sheet=source.is_sheet),
        find_problems(texts, record.line, names, max_cell_bytes=limits.max_cell_bytes),
        read_marks(record, texts, names, takes) if record.marks else (),
    )
    return RawRow(
        line=record.line,
        cells={name: text for name, text in zip(names, texts, strict=True) if name},
        problems=bounded_reading(found, limits.row_problems, record.line),
    )
