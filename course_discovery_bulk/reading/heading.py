"""The header record: which names it gives, and what is wrong with it whatever the operation.

Used by `read` alone, beside the rows. Whether the names are columns of an operation is asked in `columns.headers`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.problems import DUPLICATE_COLUMN, EMPTY_COLUMN_NAME, Place, Problem, clip, problem
from course_discovery_bulk.reading.splitting import BLANKS, Record, clean_cell, filled_width
from course_discovery_bulk.reading.tabulate import find_problems, tabulate

_NAMELESS_TOLD: Final = 20  # a header can lack thousands of names; nobody reads a list of them


def names_of(header: Record) -> list[str]:
    """The names as written, trimmed, up to the last one: spreadsheets write empty cells behind it."""
    return [clean_cell(cell) for cell in header.cells[: filled_width(header.cells)]]


def filled_beyond(records: Sequence[Record], width: int, written_width: int) -> set[int]:
    """The positions with text behind the header's last name that the header has an empty cell for."""
    return {
        position
        for record in records
        for position, cell in enumerate(record.cells[width:written_width], start=width)
        if cell.strip(BLANKS)
    }


def find_header_problems(header: Record, filled: Collection[int], *, max_cell_bytes: int) -> Iterator[Problem]:
    """What is wrong with the header itself; `filled` are the positions in which any row has text."""
    if not header.is_closed:
        return  # its cells are rows, not names
    names = names_of(header)
    letters = [column_letter(position) for position in range(len(names))]
    yield from find_problems(tabulate([header], len(names)), letters, max_cell_bytes=max_cell_bytes)
    counts = Counter(filter(None, map(normalise_header, names)))
    written = {normalise_header(name): name for name in reversed(names)}
    for repeated in (name for name, count in counts.items() if count > 1):
        yield problem(DUPLICATE_COLUMN, Place(line=header.line, column=clip(written[repeated])))
    nameless = (at for at in sorted(filled) if at >= len(names) or not normalise_header(names[at]))
    for position in itertools.islice(nameless, _NAMELESS_TOLD):
        place = Place(line=header.line, column=column_letter(position))
        yield problem(EMPTY_COLUMN_NAME, place, letter=place.column)


def column_letter(position: int) -> str:
    """What a spreadsheet calls the column: 0 is A, 26 is AA."""
    before, letter = divmod(position, 26)
    return (column_letter(before - 1) if before else "") + chr(ord("A") + letter)
