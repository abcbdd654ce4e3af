"""The XML of a sheet and of the texts its cells share, as rows of text. Runs in the child process.

openpyxl's own cells take three times as long, and leave out what is told here: hidden rows and columns, formulas that
were never calculated, text that is struck through, and characters that XML does not allow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.utils import column_index_from_string

from course_discovery_bulk.reading.error_values import is_error_value
from course_discovery_bulk.reading.workbook.formats import Formats, Marked, is_strike
from course_discovery_bulk.reading.workbook.marks import MOMENT, STRUCK, TRUTH, UNCALCULATED, ZERO, Mark, SheetRow
from course_discovery_bulk.reading.workbook.showing import show_text, show_value

MAX_COLUMNS: Final = 16_384  # of a sheet, as of Excel 2007
MAX_ROWS: Final = 1_048_576

_UNKNOWN_ERROR: Final = "#VALUE!"
_BOOLEANS: Final = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_YES: Final = ("1", "true")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes what XML does not allow


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What the cells of all sheets refer to: texts by number, which of them are struck through, and formats."""

    texts: Sequence[str]
    struck: frozenset[int]
    formats: Formats


def read_shared_texts(streams: Iterable[IO[bytes]]) -> tuple[list[str], frozenset[int]]:
    """The texts that cells refer to by number, and the numbers of those that are struck through."""
    texts: list[str] = []
    struck = []
    for stream in streams:
        for element, namespace in _read_elements(stream, "sst", "si"):
            text, is_struck = _text_in(element, namespace)
            struck.extend([len(texts)] if is_struck else [])
            texts.append(text)
    return texts, frozenset(struck)


class SheetRows:
    """The rows of a sheet with content, in its order, once.

    Raises ValueError for cells that are not where the sheet says, or refer to a text that does not exist.
    """

    def __init__(self, stream: IO[bytes], shared: Shared) -> None:
        self.hidden_columns: list[tuple[int, int]] = []  # first and last position; known with the first row
        self._stream = stream
        self._shared = shared

    def __iter__(self) -> Iterator[SheetRow]:
        line = 0
        for element, namespace in _read_elements(self._stream, "sheetData", "row", before=self._see):
            line = _line_of(element, after=line)
            row = SheetRow(line, {}, [], element.get("hidden") in _YES)
            _read_cells(element, row, _Cells(namespace, self._shared))
            yield row

    def _see(self, element: Element) -> None:
        """Note the columns that are hidden."""
        if element.get("hidden") in _YES and element.tag.rpartition("}")[2] == "col":
            first, last = (int(element.get(name, 0)) for name in ("min", "max"))
            self.hidden_columns.append((first - 1, min(last, MAX_COLUMNS) - 1))


def _read_elements(
    stream: IO[bytes], container: str, name: str, *, before: Callable[[Element], None] = lambda _: None
) -> Iterator[tuple[Element, str]]:
    """The elements of that name, and the namespace in front of it; each is forgotten before the next is read."""
    parent, namespace = None, ""
    for event, element in iterparse(stream, ("start", "end")):
        if parent is None:
            namespace, _, found = element.tag.rpartition("}")
            namespace = f"{namespace}}}" if namespace else ""
            parent = element if found == container else None
            wanted = namespace + name
            if event == "start":
                before(element)
        elif event == "end" and element.tag == wanted:
            yield element, namespace
            parent.clear()


def _line_of(row: Element, *, after: int) -> int:
    line = int(row.get("r", after + 1))
    if not after < line <= MAX_ROWS:
        raise ValueError("rows are numbered upwards")
    return line


def _read_cells(element: Element, row: SheetRow, cells: _Cells) -> None:
    position = -1
    suffix = str(row.line)
    for cell in element:
        reference = cell.get("r")
        position = _position_of(reference, suffix) if reference else position + 1
        if position >= MAX_COLUMNS:
            raise ValueError("a sheet is not that wide")
        text, kind, detail = cells.read(cell)
        if text:
            row.texts[position] = text
            if kind:
                row.marks.append(Mark(position, kind, detail))
            if cell.get("s", "") in cells.struck_styles:
                row.marks.append(Mark(position, STRUCK))


def _position_of(reference: str, row: str) -> int:
    """The position that a reference such as C7 names, which must be in the row that holds it."""
    letters = reference.removesuffix(row)
    if letters == reference:
        raise ValueError("a cell is in the row that holds it")
    return column_index_from_string(letters) - 1


class _Cells:
    """Reads single cells; the names of their elements are those of the namespace that the row is in."""

    def __init__(self, namespace: str, shared: Shared) -> None:
        self._namespace = namespace
        self._value, self._formula, self._inline = (f"{namespace}{name}" for name in ("v", "f", "is"))
        self._shared = shared
        self.struck_styles = shared.formats.struck

    def read(self, cell: Element) -> Marked:
        """The text of a cell, and what must be said of it."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(self._inline)
            text, is_struck = ("", False) if inline is None else _text_in(inline, self._namespace)
            return text, STRUCK if is_struck else "", ""
        written = cell.findtext(self._value) or ""
        if kind == "str":
            return _plain(written), "", ""
        written = written.strip()
        if written:
            return self._read_value(kind, written, cell)
        formula = cell.find(self._formula)
        return ("", "", "") if formula is None else (f"={formula.text or ''}", UNCALCULATED, "")

    def _read_value(self, kind: str, written: str, cell: Element) -> Marked:
        if kind == "s":
            return self._shared_text(int(written))
        if kind == "b":
            text = _BOOLEANS.get(written.lower())
            return (text, TRUTH, "") if text else (written, "", "")
        if kind == "e":
            return written if is_error_value(written) else _UNKNOWN_ERROR, "", ""
        if not _NUMBER.fullmatch(written):
            return _show_date(written)
        if written == "0" and cell.find(self._formula) is not None:
            return written, ZERO, ""
        return self._shared.formats.show(written, cell.get("s", ""))

    def _shared_text(self, index: int) -> Marked:
        if not 0 <= index < len(self._shared.texts):
            raise ValueError("a cell refers to a text that does not exist")
        return self._shared.texts[index], STRUCK if index in self._shared.struck else "", ""


def _show_date(written: str) -> Marked:
    try:
        moment = dt.datetime.fromisoformat(written)
        shown = show_value(moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment)
    except (OverflowError, ValueError):
        return written, "", ""  # neither a number nor a date: shown as it is, as a spreadsheet would
    return shown, MOMENT, ""


def _text_in(element: Element, namespace: str) -> tuple[str, bool]:
    """The text of an element, in one piece or in runs, without the reading aids of East Asian texts (rPh).

    And whether a run of it is struck through.
    """
    text, run, look = f"{namespace}t", f"{namespace}r", f"{namespace}rPr"
    pieces = []
    is_struck = False
    for child in element:
        if child.tag == text:
            pieces.append(child.text or "")
        elif child.tag == run:
            pieces.append(child.findtext(text) or "")
            is_struck = is_struck or (bool(pieces[-1].strip()) and any(map(is_strike, child.find(look) or ())))
    return _plain("".join(pieces)), is_struck


def _plain(written: str) -> str:
    return show_text(_ESCAPED.sub(_character, written) if "_x" in written else written)


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code < 0xE000 else chr(code)  # half a character stays as written
