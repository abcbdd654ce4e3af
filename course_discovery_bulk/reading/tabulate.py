"""From a batch of records to a frame of text, and what can be said against its cells before their meaning is known.

The third step of reading, used by `read` alone: this is where pandas works, on one batch at a time. Nothing is
converted: `NA`, `null` and `TRUE` stay the text they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from course_discovery_bulk.problems import (
    CELL_TOO_LONG,
    CONTROL_CHARACTER,
    RAGGED_ROW,
    SPREADSHEET_ERROR,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.reading.splitting import DELIMITERS, Record, clean_cell, filled_width
from course_discovery_bulk.text.messages import Phrase

if TYPE_CHECKING:
    import pandas as pd

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff]")
# The last form is what a spreadsheet saves for a number or date in a column too narrow to show it.
_ERROR_VALUE: Final = re.compile(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|##+)"
)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some rows: `texts` has their trimmed cells by position; both are indexed by spreadsheet row."""

    texts: pd.DataFrame
    widths: pd.Series[int]  # cells in the row, empty ones beyond the header left out


def tabulate(records: Sequence[Record], width: int) -> Batch:
    """Put records into a frame of `width` columns: missing cells are empty, cells beyond are cut."""
    import pandas as pd  # takes half a second, which web servers and commands that read no file need not spend

    index = pd.Index([record.line for record in records], dtype="int64")
    cut = [record.cells[:width] + [""] * (width - len(record.cells)) for record in records]
    written = pd.DataFrame(cut, index=index, columns=range(width), dtype=object)
    texts = written.map(clean_cell)
    widths = pd.Series([filled_width(record.cells, least=width) for record in records], index=index, dtype="int64")
    return Batch(texts=texts, widths=widths)


def filled_columns(batch: Batch) -> set[int]:
    """The positions of the columns in which any row of the batch has text."""
    has_text = batch.texts.astype(bool).any(axis="index")
    return set(has_text.index[has_text].tolist())


def find_problems(batch: Batch, names: Sequence[str], *, max_cell_bytes: int) -> Iterator[Problem]:
    """Everything wrong with the cells of a batch; `names` says what the columns are called."""
    cells = batch.texts.melt(ignore_index=False, var_name="position", value_name="text")
    # A string type of its own would search as another library does.
    texts = cast("pd.Series[str]", cells["text"].astype(object))
    for place, text in _places(cells[texts.str.contains(_CONTROL, regex=True)], names):
        found = _CONTROL.search(text)
        assert found is not None  # it is why the cell is here
        yield problem(CONTROL_CHARACTER, place, character=f"U+{ord(found[0]):04X}")
    for place, _ in _places(cells[texts.str.fullmatch(_ERROR_VALUE)], names):
        yield problem(SPREADSHEET_ERROR, place)
    long_cells = cells[texts.map(_size).gt(max_cell_bytes)]
    for place, text in _places(long_cells, names):
        yield problem(CELL_TOO_LONG, place, size=_size(text), limit=max_cell_bytes)


def is_error_value(text: str) -> bool:
    """Whether the text is what a spreadsheet shows in place of a value it does not have."""
    return _ERROR_VALUE.fullmatch(text) is not None


def find_ragged_rows(batch: Batch, width: int, *, delimiter: str) -> Iterator[Problem]:
    """The rows that do not have one cell for each of the header's `width` columns."""
    ragged = batch.widths[batch.widths.ne(width)]
    for line, count in zip(ragged.index.tolist(), ragged.tolist(), strict=True):
        place = Place(line=line)
        yield problem(RAGGED_ROW, place, count=count, expected=width, delimiter=Phrase(DELIMITERS[delimiter]))


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _places(cells: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[Place, str]]:
    columns = (cells.index, cells["position"], cells["text"])
    for line, position, text in zip(*(column.tolist() for column in columns), strict=True):
        shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)  # not every database stores them
        yield Place(line=line, column=names[position], value=shown), text
