"""The header record: which names it gives, and what is wrong with it whatever the operation.

Used by `read` alone, beside the rows. Whether the names are columns of an operation is asked in `columns.headers`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from typing import Final

from course_discovery_bulk.columns.headers import is_ours, normalise_header
from course_discovery_bulk.problems import EMPTY_COLUMN_NAME, NAMELESS_COLUMNS, Place, Problem, named_briefly, problem
from course_discovery_bulk.reading.cells import find_problems
from course_discovery_bulk.reading.splitting import BLANKS, Record, clean_cell, filled_width

_NAMELESS_TOLD: Final = 20  # a header can lack thousands of names; nobody reads a list of them


def names_of(header: Record) -> list[str]:
    """The names as written, trimmed, up to the last one: spreadsheets write empty cells behind it."""
    names = [clean_cell(cell) for cell in header.cells[: filled_width(header.cells)]]
    return [clean_cell(name, is_ours=True) for name in names] if is_ours(names) else names


class NamelessColumns:
    """The columns that the header has no name for: those between its names, and those after the last one.

    After the last name, a file of text has as many as its header has cells, and a sheet as many as it likes.
    """

    def __init__(self, header: Record) -> None:
        names = names_of(header)
        self._gaps = [position for position, name in enumerate(names) if not normalise_header(name)]
        self._width = len(names)
        self._end = len(header.cells)

    def filled_in(self, record: Record) -> set[int]:
        """The positions of those in which the row has text."""
        cells = record.cells
        between = {position for position in self._gaps if position < len(cells) and cells[position].strip(BLANKS)}
        after = enumerate(cells[self._width : self._end], start=self._width)
        return between | {position for position, cell in after if cell.strip(BLANKS)} | set(record.beyond)


def find_header_problems(
    header: Record, filled: Collection[int], *, max_cell_bytes: int, is_sheet: bool
) -> Iterator[Problem]:
    """What is wrong with the header itself; `filled` are the nameless columns in which a row has text.

    A name that is there twice, and a column without a name, are left out with a note: what nobody can name nobody
    wants to be read. But after the last name of a file of text such cells are a sign of commas without quotes.
    """
    if not header.is_closed:
        return  # its cells are rows, not names
    names = names_of(header)
    letters = [column_letter(position) for position in range(len(names))]
    yield from find_problems(names, header.line, letters, max_cell_bytes=max_cell_bytes)
    spare = [position for position in sorted(filled) if position < len(names) or is_sheet]
    for position in itertools.islice(sorted(set(filled).difference(spare)), _NAMELESS_TOLD):
        place = Place(line=header.line, column=column_letter(position))
        yield problem(EMPTY_COLUMN_NAME, place, letter=place.column)
    if spare:
        place = Place(line=header.line, column=column_letter(spare[0]))
        yield problem(NAMELESS_COLUMNS, place, letters=named_briefly([column_letter(position) for position in spare]))


def column_letter(position: int) -> str:
    """What a spreadsheet calls the column: 0 is A, 26 is AA."""
    before, letter = divmod(position, 26)
    return (column_letter(before - 1) if before else "") + chr(ord("A") + letter)
