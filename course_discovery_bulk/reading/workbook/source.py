"""Workbooks as a source of records: .xlsx, .ods and .xls, read by a process of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any, BinaryIO, Final, Self

from course_discovery_bulk.data import FileFacts
from course_discovery_bulk.exceptions import ReaderUnavailable, UploadRefused
from course_discovery_bulk.reading.choices import NO_CHOICES, ReadingChoices
from course_discovery_bulk.reading.decoding import read_blocks
from course_discovery_bulk.reading.limits import Limits
from course_discovery_bulk.reading.other_formats import ZIP
from course_discovery_bulk.reading.source import Form, Source
from course_discovery_bulk.reading.splitting import BLANKS, Record
from course_discovery_bulk.reading.workbook.answers import DONE, OTHER_FILE, Request, Sheet, Unreadable
from course_discovery_bulk.reading.workbook.marks import Mark
from course_discovery_bulk.reading.workbook.notes import sheet_notes
from course_discovery_bulk.reading.workbook.process import reading_process
from course_discovery_bulk.reading.workbook.refusals import refuse

XLSX: Final = "xlsx"
ODS: Final = "ods"
XLS: Final = "xls"
KINDS: Final = (XLSX, ODS, XLS)

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class WorkbookSource(Source):
    """One sheet of a workbook: the one that was chosen, or the first that is shown."""

    is_sheet = True

    def __init__(
        self,
        file: BinaryIO,
        limits: Limits,
        *,
        choices: ReadingChoices = NO_CHOICES,
        lists_only: bool = False,
        names_others: bool = False,
    ) -> None:
        self._header_line = choices.header_row
        self._request = Request(
            sheet=choices.sheet,
            names_others=names_others,
            lists_only=lists_only,
            max_bytes=limits.max_bytes,
            max_cell_bytes=limits.max_cell_bytes,
            blanks=BLANKS,
            memory_mb=limits.workbook_memory_mb,
            seconds=limits.workbook_seconds,
        )
        self._resources = ExitStack()
        self._lines = self._resources.enter_context(reading_process(file, self._request))
        try:
            self._head = self._read_head()
        except BaseException:
            self.close()
            raise
        kind = self._head["kind"]
        self.form = Form(kind=kind, encoding=kind, sheet=self._head["sheet"], notes=tuple(sheet_notes(self._head)))

    @classmethod
    def find(
        cls, file: BinaryIO, limits: Limits, *, choices: ReadingChoices, known_headers: frozenset[str]
    ) -> Self | None:
        """The file as a workbook, whatever its name."""
        if not _may_be_workbook(file):
            return None
        try:
            return cls(file, limits, choices=choices, names_others=True)
        except _AnotherFormat:
            return None

    @classmethod
    def reopen(cls, file: BinaryIO, limits: Limits, facts: FileFacts) -> Self:
        """The sheet that is known."""
        return cls(file, limits, choices=ReadingChoices(sheet=facts.sheet, header_row=facts.header_line))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets with cells in the order of their tabs."""
        return tuple(Sheet(**sheet) for sheet in self._head["sheets"])

    def records(self) -> Iterator[Record]:
        """The rows of the sheet, from the header on with one cell for each of its columns."""
        width = None
        while isinstance(row := self._read(), list):
            line, positions, texts, marks, is_hidden = row
            filled = {at: text for at, text in zip(positions, texts, strict=True) if text.strip(BLANKS)}
            if filled:
                record = _record(line, filled, max(filled) + 1 if width is None else width, marks, is_hidden=is_hidden)
                width = len(record.cells) if line >= self._header_line else None
                yield record
        _refuse_end(row)

    def is_hidden_column(self, position: int) -> bool:
        """Whether the sheet hides the column."""
        return any(first <= position <= last for first, last in self._head["hidden_columns"])

    def close(self) -> None:
        """End the process."""
        self._resources.close()

    def _read_head(self) -> Mapping[str, Any]:
        head: Mapping[str, Any] = self._read()
        if "end" in head:
            _refuse_end(head)
        return head

    def _read(self) -> Any:
        """The next thing the process says."""
        try:
            line = next(self._lines, None)
        except Unreadable as stopped:
            return {"end": stopped.end}
        if line is None:
            raise ReaderUnavailable("its answer broke off")
        return json.loads(line)


def _record(line: int, filled: Mapping[int, str], width: int, marks: list[Any], *, is_hidden: bool) -> Record:
    """A row of that many columns; one far to the right takes no memory for those before it."""
    cells = [filled.get(position, "") for position in range(width)]
    beyond = tuple(position for position in filled if position >= width)
    kept = tuple(Mark(*mark) for mark in marks if mark[0] < width)
    return Record(line=line, file_line=line, cells=cells, beyond=beyond, marks=kept, is_hidden=is_hidden)


def list_sheets(file: BinaryIO, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of a workbook, with their sizes where it tells them; no row is read. None of another file."""
    if not _may_be_workbook(file):
        return ()
    with closing(WorkbookSource(file, limits, lists_only=True)) as source:
        return source.sheets


def _may_be_workbook(file: BinaryIO) -> bool:
    return next(read_blocks(file), b"").startswith((ZIP, _OLE))


class _AnotherFormat(UploadRefused):
    """The file is no workbook, so another source may read it."""


def _refuse_end(answer: Mapping[str, Any]) -> None:
    """Raise for an answer that ended before all of the sheet was read."""
    facts = dict(answer)
    end = facts.pop("end")
    if end == OTHER_FILE:
        raise _AnotherFormat([refuse(end)])
    if end != DONE:
        raise UploadRefused([refuse(end, **facts)])
