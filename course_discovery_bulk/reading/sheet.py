"""The XML of a sheet and of the texts its cells share, as the reader of `package` tells it: rows of texts and numbers.

The third step of reading a workbook, used by `workbook` alone. Texts are complete here; what a number stands for is
a question of its format and asked in `numbers`.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import string
from collections.abc import Callable
from typing import Final

from course_discovery_bulk.reading.error_values import is_error_value
from course_discovery_bulk.reading.numbers import Number, show_value

MAX_COLUMNS: Final = 16_384  # of a sheet, as of Excel 2007
MAX_ROWS: Final = 1_048_576

_UNKNOWN_ERROR: Final = "#VALUE!"
_NOT_CALCULATED: Final = "#N/A"
_BOOLEANS: Final = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_COLUMN: Final = re.compile(r"[A-Z]{1,3}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_STYLE: Final = re.compile(r"[0-9]{1,6}")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes what XML does not allow
_LETTERS: Final = string.ascii_uppercase


Starts = dict[str, Callable[[dict[str, str]], None]]
Ends = dict[str, Callable[[], None]]
Row = tuple[int, dict[int, str | Number]]  # the row's number, and its cells with content by position


class SharedTexts:
    """Collects the texts that cells refer to by number; `starts`, `ends` and `text` are what `read_part` is to call."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._content = content = _Content()
        self.starts: Starts = {"t": content.open, "rPh": content.start_aid}
        self.ends: Ends = {"t": content.close, "rPh": content.end_aid, "si": self._end_text}
        self.text = content.text

    def _end_text(self) -> None:
        self.texts.append(_plain(self._content.take()))


class SheetRows:
    """Collects the rows of a sheet, from what `read_part` calls; `take` hands over those that are complete.

    Raises ValueError for cells that are not where the sheet says, or refer to a text that does not exist.
    """

    def __init__(self, shared: list[str]) -> None:
        self._shared = shared
        self._rows: list[Row] = []
        self._line = 0
        self._position = -1
        self._cells: dict[int, str | Number] = {}
        self._attributes: dict[str, str] = {}
        self._has_formula = False
        self._content = content = _Content()
        self.starts: Starts = {
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "v": content.open,
            "t": content.open,
            "rPh": content.start_aid,
        }
        self.ends: Ends = {
            "row": self._end_row,
            "c": self._end_cell,
            "v": content.close,
            "t": content.close,
            "rPh": content.end_aid,
        }
        self.text = content.text

    def take(self) -> list[Row]:
        """The rows with content since the last call, in the order of the sheet."""
        rows, self._rows = self._rows, []
        return rows

    def _start_row(self, attributes: dict[str, str]) -> None:
        line = int(attributes.get("r", self._line + 1))
        if not self._line < line <= MAX_ROWS:
            raise ValueError("rows are numbered upwards")
        self._line, self._position, self._cells = line, -1, {}

    def _end_row(self) -> None:
        if self._cells:
            self._rows.append((self._line, self._cells))
            self._cells = {}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._position = self._position_in(reference) if reference else self._position + 1
        if self._position >= MAX_COLUMNS:
            raise ValueError("a sheet is not that wide")
        self._attributes, self._has_formula = attributes, False
        self._content.take()

    def _position_in(self, reference: str) -> int:
        """The position that a reference such as C7 names, which must be in the present row."""
        row = str(self._line)
        if not reference.endswith(row):
            raise ValueError("a cell is in the row that holds it")
        return _position_of(reference.removesuffix(row))

    def _start_formula(self, _: dict[str, str]) -> None:
        self._has_formula = True

    def _end_cell(self) -> None:
        cell = self._read_cell(self._content.take())
        if cell:
            self._cells[self._position] = cell

    def _read_cell(self, written: str) -> str | Number:
        kind = self._attributes.get("t", "n")
        if kind in ("str", "inlineStr"):
            return _plain(written)
        written = written.strip()
        if not written:
            return _NOT_CALCULATED if self._has_formula else ""  # a program wrote the formula, no spreadsheet saw it
        if kind == "s":
            return self._shared_text(int(written))
        if kind == "b":
            return _BOOLEANS.get(written.lower(), written)
        if kind == "e":
            return written if is_error_value(written) else _UNKNOWN_ERROR
        return _number_or_date(written, self._attributes.get("s", ""))

    def _shared_text(self, index: int) -> str:
        if not 0 <= index < len(self._shared):
            raise ValueError("a cell refers to a text that does not exist")
        return self._shared[index]


class _Content:
    """The text of some elements, without the reading aids of East Asian texts (rPh)."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._is_open = False
        self._is_aid = False

    def open(self, _: dict[str, str]) -> None:
        self._is_open = not self._is_aid

    def text(self, text: str) -> None:
        if self._is_open:
            self._pieces.append(text)

    def close(self) -> None:
        self._is_open = False

    def start_aid(self, _: dict[str, str]) -> None:
        self._is_aid = True

    def end_aid(self) -> None:
        self._is_aid = False

    def take(self) -> str:
        pieces, self._pieces = self._pieces, []
        return "".join(pieces)


@functools.cache  # three letters at most, so not many
def _position_of(letters: str) -> int:
    """The position of a column: A is 0, AA is 26."""
    if not _COLUMN.fullmatch(letters):
        raise ValueError("a column is named by letters")
    before, last = letters[:-1], _LETTERS.index(letters[-1])
    return (_position_of(before) + 1) * len(_LETTERS) + last if before else last


def _number_or_date(written: str, style: str) -> str | Number:
    if _NUMBER.fullmatch(written):
        return Number(written, style if _STYLE.fullmatch(style) else "0")
    try:
        return show_value(dt.datetime.fromisoformat(written))
    except ValueError:
        return written  # neither: shown as it is, as a spreadsheet would


def _plain(written: str) -> str:
    text = _ESCAPED.sub(_character, written) if "_x" in written else written
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code < 0xE000 else chr(code)  # half a character stays as written
