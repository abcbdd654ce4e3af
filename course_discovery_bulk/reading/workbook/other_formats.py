"""Workbooks that are no .xlsx: OpenDocument (.ods) and Excel up to 2003 (.xls). Runs in the child process.

calamine reads them and knows their dates. It gives a cell with a formula error as an empty one, which the service says
in a note, and numbers without their format: an .ods file has what it shows beside them, and of a number in an .xls file
that is taken for a text, it is said that nobody knows how it looks. A note says that of all that an .xls file hides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from course_discovery_bulk.reading.workbook.answers import DAMAGED, NO_CELLS, OTHER_FILE, Sheet, Unreadable
from course_discovery_bulk.reading.workbook.marks import FORMAT, MOMENT, TRUTH, Mark, Rows, SheetRow
from course_discovery_bulk.reading.workbook.merges import Merge, Merges
from course_discovery_bulk.reading.workbook.open_document import CONTENT, STYLES, Looks, apply_looks
from course_discovery_bulk.reading.workbook.parts import Parts
from course_discovery_bulk.reading.workbook.showing import Value, show_value

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT: Final = b"opendocument.spreadsheet"
_HEAD_BYTES: Final = 4096


class OtherBook:
    """An open workbook."""

    def __init__(self, book: CalamineWorkbook, kind: str, parts: Parts | None) -> None:
        self.kind = kind
        self._parts = parts
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

    def rows(self, name: str) -> Rows:
        """The rows of the sheet of that name."""
        sheet = self._sheet(name)
        if self._parts is None:
            return Rows(map(Merges(_merges_of(sheet)).fill, _rows_of(sheet)), [])
        looks = Looks([self._parts.open_xml(STYLES)] if self._parts.has(STYLES) else [])
        rows = apply_looks(_rows_of(sheet), looks.read(self._parts.open_xml(CONTENT), name))
        return Rows(rows, looks.hidden_columns)

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
        return OtherBook(CalamineWorkbook.from_filelike(file), kind, Parts(file) if kind == "ods" else None)
    except CalamineError as error:
        raise Unreadable(OTHER_FILE) from error


def _rows_of(sheet: CalamineSheet) -> Iterator[SheetRow]:
    for line, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        filled = {position: value for position, value in enumerate(values) if value != ""}
        if filled:
            texts = {position: show_value(value) for position, value in filled.items()}
            marks = [Mark(at, kind) for at, value in filled.items() if (kind := _kind_of(value))]
            yield SheetRow(line, texts, marks)


def _kind_of(value: Value) -> str:
    match value:
        case str():
            return ""
        case bool():
            return TRUTH
        case int() | float():
            return FORMAT
    return MOMENT


def _merges_of(sheet: CalamineSheet) -> Iterator[Merge]:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield Merge(top=top + 1, left=left, bottom=bottom + 1, right=right)
