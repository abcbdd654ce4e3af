"""The cells of a record: trimmed to the header's width, and what is wrong with them before their meaning is known.

The last step of reading, used by `read` and by everything that writes files which will be read again. Nothing is
converted: `NA`, `null` and `TRUE` stay the text they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.problems import (
    BACKSLASH_QUOTES,
    BROKEN_QUOTES,
    CELL_CUT,
    CELL_TOO_LONG,
    CONTROL_CHARACTER,
    DIRECTION_MARK,
    LOST_CHARACTER,
    MISREAD_TEXT,
    RAGGED_ROW,
    REPEATED_HEADER,
    SPREADSHEET_ERROR,
    Place,
    Problem,
    clip,
    problem,
    suggestion,
)
from course_discovery_bulk.reading.error_values import has_error_value, is_error_value
from course_discovery_bulk.reading.splitting import DELIMITERS, Record, clean_cell, filled_width
from course_discovery_bulk.text.damage import CONTROL, REPLACEMENT, find_direction_mark, may_be_damaged, name_of, repair
from course_discovery_bulk.text.messages import Phrase

_UTF_8_BYTES: Final = 4  # at most, for one character
_SPREADSHEET_LENGTH: Final = 32_767  # the units of UTF-16 that a cell of a spreadsheet keeps


def trim_cells(record: Record, width: int, *, is_ours: bool) -> list[str]:
    """One trimmed text for each column of the header: missing cells are empty, cells beyond it are left out."""
    texts = [clean_cell(cell, is_ours=is_ours) for cell in record.cells[:width]]
    return texts + [""] * (width - len(texts))


def find_problems(texts: Sequence[str], line: int, names: Sequence[str], *, max_cell_bytes: int) -> Iterator[Problem]:
    """Everything wrong with the trimmed cells of one row; `names` says what the columns are called."""
    if not _may_have_problems(texts, max_cell_bytes):
        return
    cells = list(zip(names, texts, strict=True))
    for name, text in cells:
        yield from _find_damage(text, _place(line, name, text))
    for name, text in cells:
        if is_error_value(text):
            yield problem(SPREADSHEET_ERROR, _place(line, name, text))
    for name, text in cells:
        if _is_cut(text):
            yield problem(CELL_CUT, _place(line, name, text))
        elif _size(text) > max_cell_bytes:
            yield problem(CELL_TOO_LONG, _place(line, name, text), limit=max_cell_bytes)


def find_row_problems(record: Record, names: Sequence[str], *, delimiter: str, is_sheet: bool) -> Iterator[Problem]:
    """What to say of a row as a whole, whatever is in its cells."""
    place = Place(line=record.line)
    width = len(names)
    count = filled_width(record.cells, least=width)
    if record.is_garbled:
        yield problem(BROKEN_QUOTES, place, file_line=record.file_line)
    elif not is_sheet and count != width:
        yield problem(RAGGED_ROW, place, count=count, expected=width, delimiter=Phrase(DELIMITERS[delimiter]))
    elif _repeats(record, names):
        yield problem(REPEATED_HEADER, place)
    if record.has_backslashes:
        yield problem(BACKSLASH_QUOTES, place)


def _repeats(record: Record, names: Sequence[str]) -> bool:
    """Whether the row is the header once more, as in files that were put together."""
    first = normalise_header(record.cells[0]) if record.cells else ""
    return first == names[0] and [normalise_header(cell) for cell in record.cells[: len(names)]] == list(names)


def _find_damage(text: str, place: Place) -> Iterator[Problem]:
    """The first thing that shows that a text is not what somebody wrote."""
    if found := CONTROL.search(text):
        yield problem(CONTROL_CHARACTER, place, character=f"U+{ord(found[0]):04X}")
    elif REPLACEMENT in text:
        yield problem(LOST_CHARACTER, place)
    elif mark := find_direction_mark(text):
        yield problem(DIRECTION_MARK, place, character=name_of(mark))
    elif (repaired := repair(text)) != text:
        yield problem(MISREAD_TEXT, place, suggestion=suggestion([clip(repaired) or ""]))


def _may_have_problems(texts: Sequence[str], max_cell_bytes: int) -> bool:
    """A quick look at the whole row: almost every row is in order, and then no cell needs a look of its own."""
    if may_be_damaged("".join(texts)) or has_error_value(texts):
        return True
    longest = max(map(len, texts), default=0)
    return longest * _UTF_8_BYTES > max_cell_bytes or longest * 2 >= _SPREADSHEET_LENGTH


def _is_cut(text: str) -> bool:
    """Whether a spreadsheet may have left out the end of the text."""
    short = len(text) <= _SPREADSHEET_LENGTH <= len(text) * 2
    return short and len(text.encode("utf-16-le", "surrogatepass")) == _SPREADSHEET_LENGTH * 2


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _place(line: int, name: str, text: str) -> Place:
    shown = CONTROL.sub(REPLACEMENT, text)  # not every database stores them
    return Place(line=line, column=name, value=shown)
