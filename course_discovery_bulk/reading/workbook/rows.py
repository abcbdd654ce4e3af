"""The XML of a sheet and of the texts its cells share, as rows of text. Runs in the child process.

openpyxl's own cells take three times as long, and leave out what is told here: a formula that was never calculated,
and characters that XML does not allow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import IO, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.utils import column_index_from_string

from course_discovery_bulk.reading.error_values import is_error_value
from course_discovery_bulk.reading.workbook.formats import Formats
from course_discovery_bulk.reading.workbook.showing import show_text, show_value

MAX_COLUMNS: Final = 16_384  # of a sheet, as of Excel 2007
MAX_ROWS: Final = 1_048_576
Row = tuple[int, dict[int, str]]  # the row's number, and the texts of its cells by position

_UNKNOWN_ERROR: Final = "#VALUE!"
_NOT_CALCULATED: Final = "#N/A"  # a program wrote the formula, and no spreadsheet has seen it
_BOOLEANS: Final = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes what XML does not allow


def read_shared_texts(stream: IO[bytes]) -> Iterator[str]:
    """The texts that cells refer to by number."""
    for element, namespace in _read_elements(stream, "sst", "si"):
        yield _text_in(element, namespace)


def read_rows(stream: IO[bytes], shared: Sequence[str], formats: Formats) -> Iterator[Row]:
    """The rows with content in the order of the sheet.

    Raises ValueError for cells that are not where the sheet says, or refer to a text that does not exist.
    """
    line = 0
    for element, namespace in _read_elements(stream, "sheetData", "row"):
        line = _line_of(element, after=line)
        yield line, dict(_cells_of(element, line, _Cells(namespace, shared, formats)))


def _read_elements(stream: IO[bytes], container: str, name: str) -> Iterator[tuple[Element, str]]:
    """The elements of that name, and the namespace in front of it; each is forgotten before the next is read."""
    parent, namespace = None, ""
    for event, element in iterparse(stream, ("start", "end")):
        if parent is None:
            namespace, _, found = element.tag.rpartition("}")
            namespace = f"{namespace}}}" if namespace else ""
            parent = element if found == container else None
            wanted = namespace + name
        elif event == "end" and element.tag == wanted:
            yield element, namespace
            parent.clear()


def _line_of(row: Element, *, after: int) -> int:
    line = int(row.get("r", after + 1))
    if not after < line <= MAX_ROWS:
        raise ValueError("rows are numbered upwards")
    return line


def _cells_of(row: Element, line: int, cells: _Cells) -> Iterator[tuple[int, str]]:
    position = -1
    suffix = str(line)
    for cell in row:
        reference = cell.get("r")
        position = _position_of(reference, suffix) if reference else position + 1
        if position >= MAX_COLUMNS:
            raise ValueError("a sheet is not that wide")
        text = cells.read(cell)
        if text:
            yield position, text


def _position_of(reference: str, row: str) -> int:
    """The position that a reference such as C7 names, which must be in the row that holds it."""
    letters = reference.removesuffix(row)
    if letters == reference:
        raise ValueError("a cell is in the row that holds it")
    return column_index_from_string(letters) - 1


class _Cells:
    """Reads single cells; the names of their elements are those of the namespace that the row is in."""

    def __init__(self, namespace: str, shared: Sequence[str], formats: Formats) -> None:
        self._namespace = namespace
        self._value, self._formula, self._inline = (f"{namespace}{name}" for name in ("v", "f", "is"))
        self._shared = shared
        self._formats = formats

    def read(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(self._inline)
            return "" if inline is None else _text_in(inline, self._namespace)
        written = cell.findtext(self._value) or ""
        if kind == "str":
            return _plain(written)
        written = written.strip()
        if written:
            return self._read_value(kind, written, cell.get("s", ""))
        return "" if cell.find(self._formula) is None else _NOT_CALCULATED

    def _read_value(self, kind: str, written: str, style: str) -> str:
        if kind == "s":
            return self._shared_text(int(written))
        if kind == "b":
            return _BOOLEANS.get(written.lower(), written)
        if kind == "e":
            return written if is_error_value(written) else _UNKNOWN_ERROR
        if _NUMBER.fullmatch(written):
            return self._formats.show(written, style)
        return _show_date(written)

    def _shared_text(self, index: int) -> str:
        if not 0 <= index < len(self._shared):
            raise ValueError("a cell refers to a text that does not exist")
        return self._shared[index]


def _show_date(written: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(written)
        return show_value(moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment)
    except (OverflowError, ValueError):
        return written  # neither a number nor a date: shown as it is, as a spreadsheet would


def _text_in(element: Element, namespace: str) -> str:
    """The text of an element, in one piece or in runs, without the reading aids of East Asian texts (rPh)."""
    text, run = f"{namespace}t", f"{namespace}r"
    pieces = []
    for child in element:
        if child.tag == text:
            pieces.append(child.text or "")
        elif child.tag == run:
            pieces.append(child.findtext(text) or "")
    return _plain("".join(pieces))


def _plain(written: str) -> str:
    return show_text(_ESCAPED.sub(_character, written) if "_x" in written else written)


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code < 0xE000 else chr(code)  # half a character stays as written
