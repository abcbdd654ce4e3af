"""Workbooks that are no .xlsx: OpenDocument (.ods) and Excel up to 2003 (.xls). Runs in the child process.

calamine reads them and knows their dates. It gives a cell with a formula error as an empty one, and numbers without
their format, which the service says in notes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from course_discovery_bulk.reading.workbook.answers import DAMAGED, NO_CELLS, OTHER_FILE, Sheet, Unreadable
from course_discovery_bulk.reading.workbook.showing import show_value

if TYPE_CHECKING:
    from course_discovery_bulk.reading.workbook.rows import Row

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT: Final = b"opendocument.spreadsheet"
_HEAD_BYTES: Final = 4096


class OtherBook:
    """An open workbook."""

    def __init__(self, book: CalamineWorkbook, kind: str) -> None:
        self.kind = kind
        self._book = book
        self._opened: dict[str, CalamineSheet] = {}

    def sheets(self) -> list[Sheet]:
        """The sheets with cells in the order of their tabs."""
        found = [sheet for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if not found:
            raise Unreadable(NO_CELLS)
        return [Sheet(name=sheet.name, is_hidden=sheet.visible != SheetVisibleEnum.Visible) for sheet in found]

    def measured(self) -> list[Sheet]:
        """The same with their sizes."""
        ends = ((sheet, self._sheet(sheet.name).end or (-1, -1)) for sheet in self.sheets())
        return [replace(sheet, rows=row + 1, columns=column + 1) for sheet, (row, column) in ends]

    def hides_formats(self, name: str) -> bool:
        """Whether the sheet has numbers, which are all read without their format."""
        values = itertools.chain.from_iterable(self._sheet(name).iter_rows())
        return any(isinstance(value, int | float) and not isinstance(value, bool) for value in values)

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of the sheet of that name."""
        for line, values in enumerate(self._sheet(name).to_python(skip_empty_area=False), start=1):
            texts = {position: show_value(value) for position, value in enumerate(values) if value != ""}
            if texts:
                yield line, texts

    def _sheet(self, name: str) -> CalamineSheet:
        try:
            return self._opened.setdefault(name, self._opened.get(name) or self._book.get_sheet_by_name(name))
        except CalamineError as error:
            raise Unreadable(DAMAGED) from error


def open_other(file: BinaryIO) -> OtherBook:
    """The file as a workbook of one of the other formats; Unreadable if it is anything else."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    kind = "xls" if head.startswith(OLE) else "ods"
    if kind == "ods" and _OPEN_DOCUMENT not in head:
        raise Unreadable(OTHER_FILE)
    try:
        return OtherBook(CalamineWorkbook.from_filelike(file), kind)
    except CalamineError as error:
        raise Unreadable(OTHER_FILE) from error
