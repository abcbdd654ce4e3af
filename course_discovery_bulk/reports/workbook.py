"""Writes the workbooks (.xlsx) that people get from us: to be edited in a spreadsheet and uploaded as they are.

Every cell is text, so that a spreadsheet keeps 007 and 03/04 and calculates nothing. The workbook is made in whole
before any of it is sent: whatever goes wrong on the way is an answer, not a file that breaks off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, Final

from django.utils.translation import gettext
from xlsxwriter import Workbook

from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.reading.heading import column_letter
from course_discovery_bulk.reading.workbook.our_sheets import CHOICES, EXAMPLES, ROWS
from course_discovery_bulk.reports.table import ColumnGuide, Remark, Table
from course_discovery_bulk.text.formula_escaping import defuse, restore
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# One character less than a cell holds: a text that fills it is taken for one that a spreadsheet cut.
LONGEST_TEXT: Final = 32_766
_PIECE: Final = 64 * 1024
_WIDTHS: Final = (12, 40)
_MEASURED_ROWS: Final = 50  # for the width of columns
_TEXT: Final = {"num_format": "@", "valign": "top"}
_HEAD: Final = {"num_format": "@", "bold": True, "bg_color": "#E7EBF0", "bottom": 1}
_REQUIRED: Final = {**_HEAD, "bg_color": "#FCE9B8"}
_WRONG: Final = {**_TEXT, "bg_color": "#F8D0CC"}
_NOTED: Final = {**_TEXT, "bg_color": "#FFF4CC"}
_LOOKS: Final = {"text": _TEXT, "head": _HEAD, "required": _REQUIRED, "wrong": _WRONG, "noted": _NOTED}
_NOTE_BOX: Final = {"x_scale": 2.5, "y_scale": 1.6, "author": ""}
_TITLE_LENGTH: Final = 32  # as much as a spreadsheet shows
_MESSAGE_LENGTH: Final = 255
REQUIRED_MARK: Final = " *"  # which reading takes off


def write_workbook(table: Table) -> Iterator[bytes]:
    """The bytes of the workbook in pieces; raises DocumentRefused if a text is longer than a cell can hold."""
    file = TemporaryFile()  # noqa: SIM115 - `_pieces` closes it when it is sent
    try:
        _write(table, file)
    except BaseException:
        file.close()
        raise
    return _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _write(table: Table, file: IO[bytes]) -> None:
    """With rows on disk as they come: memory does not grow with them, but for what is said of cells."""
    with TemporaryDirectory() as folder, Workbook(file, {"constant_memory": True, "tmpdir": folder}) as book:
        guides = [guide or ColumnGuide() for guide, _ in zip_longest(table.guides(), table.headers)]
        formats = {name: book.add_format(look) for name, look in _LOOKS.items()}
        sheet = book.add_worksheet(ROWS)
        count = _SheetWriter(sheet, formats).write(table.headers, guides, table.rows)
        if table.examples:
            _SheetWriter(book.add_worksheet(EXAMPLES), formats).write(table.headers, guides, table.examples)
        _offer_choices(book, sheet, guides, max(count, table.most_rows))


class _SheetWriter:
    """Writes one sheet from top to bottom."""

    def __init__(self, sheet: Any, formats: Mapping[str, Any]) -> None:
        self._sheet = sheet
        self._formats = formats
        self._lengths: list[int] = []  # of the longest text of each column

    def write(self, headers: Sequence[str], guides: Sequence[ColumnGuide], rows: Any) -> int:
        """The header and the rows; how many these are."""
        self._write_header(headers, guides)
        count = 0
        for count, row in enumerate(rows, start=1):
            self._write_row(count, row, headers, getattr(row, "remarks", {}))
        for at, length in enumerate(self._lengths):
            self._sheet.set_column(at, at, _width(length), self._formats["text"])
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return count

    def _write_header(self, headers: Sequence[str], guides: Sequence[ColumnGuide]) -> None:
        self._sheet.freeze_panes(1, 0)
        for at, (header, guide) in enumerate(zip(headers, guides, strict=True)):
            is_marked = guide.is_required and not header.rstrip().endswith(REQUIRED_MARK.strip())
            shown = _safe(header) + (REQUIRED_MARK if is_marked else "")
            self._lengths.append(len(shown))
            self._sheet.write_string(0, at, shown, self._formats["required" if guide.is_required else "head"])
            if guide.note:
                self._sheet.write_comment(0, at, guide.note, _NOTE_BOX)

    def _write_row(self, line: int, row: Sequence[str], headers: Sequence[str], remarks: Mapping[int, Remark]) -> None:
        if line <= _MEASURED_ROWS:
            self._lengths = [max(pair) for pair in zip(self._lengths, map(len, row), strict=True)]
        for at, text in enumerate(row):
            remark = remarks.get(at)
            if not text and not remark:
                continue
            look = "text" if remark is None else "wrong" if remark.is_error else "noted"
            self._write_text(line, at, text, headers[at], self._formats[look])
            if remark:
                self._sheet.write_comment(line, at, remark.text, _NOTE_BOX)

    def _write_text(self, line: int, at: int, text: str, header: str, look: Any) -> None:
        shown = _safe(text)
        if len(shown) * 2 > LONGEST_TEXT and _length(shown) > LONGEST_TEXT:
            raise DocumentRefused(
                "TOO_LONG_FOR_WORKBOOK",
                Phrase(
                    _(
                        "Row {line} of the file has a text of {length} characters in the column “{column}”. A cell of "
                        "a workbook cannot hold it. Download the CSV file instead."
                    ),
                    line=line + 1,
                    length=_length(shown),
                    column=header,
                ),
            )
        self._sheet.write_string(line, at, shown, look)


def _offer_choices(book: Any, sheet: Any, guides: Sequence[ColumnGuide], count: int) -> None:
    """A drop-down for each column with values to choose from, which are kept on a sheet that is hidden."""
    lists = {guide.choices: None for guide in guides if guide.choices}
    if not lists or not count:
        return
    hidden = book.add_worksheet(CHOICES)
    hidden.hide()
    for line, row in enumerate(zip_longest(*lists, fillvalue="")):
        for at, text in enumerate(row):
            hidden.write_string(line, at, text)
    places = {choices: at for at, choices in enumerate(lists)}
    for at, guide in enumerate(guides):
        if guide.choices:
            sheet.data_validation(1, at, count, at, _rule(guide, places[guide.choices]))


def _rule(guide: ColumnGuide, place: int) -> dict[str, Any]:
    """Other texts are possible too: keys, other spellings, [clear], and in a list several values."""
    letters = column_letter(place)
    rule = {"validate": "list", "source": f"='{CHOICES}'!${letters}$1:${letters}${len(guide.choices)}"}
    if not guide.is_one_choice:
        return {**rule, "show_error": False}
    return {
        **rule,
        "error_type": "warning",
        "error_title": gettext("Not in the list")[:_TITLE_LENGTH],
        "error_message": gettext("The list has the values that you can choose now. Keep this one?")[:_MESSAGE_LENGTH],
    }


def _safe(text: str) -> str:
    """A cell that is text is never calculated; only what would lose an apostrophe when it is read needs one more."""
    return text if restore(text) == text else defuse(text)


def _length(text: str) -> int:
    """As spreadsheets count: in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _width(length: int) -> int:
    least, most = _WIDTHS
    return min(max(length + 2, least), most)
