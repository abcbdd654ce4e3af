"""What a cell of a sheet is besides its text. Both the child process and the service load this module.

A mark goes with the position of its cell and a detail; most cells have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

MOMENT: Final = "moment"  # a date or a time, whatever it looks like in the sheet
TRUTH: Final = "truth"  # true or false, not a word
SHOWN: Final = "shown"  # a number that the sheet shows otherwise; the detail is what it shows
FORMAT: Final = "format"  # a number in a format that is not read; the detail is the format, if it is known
ROUNDED: Final = "rounded"  # a number longer than a spreadsheet can keep
ZERO: Final = "zero"  # a formula that gives 0
UNCALCULATED: Final = "uncalculated"  # a formula that no spreadsheet has calculated
STRUCK: Final = "struck"  # struck through, all of it or a part
MERGED: Final = "merged"  # part of a merged cell; the detail is the row that has its text
ACROSS: Final = "across"  # merged with cells beside it; the detail is the position of the last of them


class Mark(NamedTuple):
    """One fact about the cell at a position."""

    position: int
    kind: str
    detail: str = ""


class SheetRow(NamedTuple):
    """A row of a sheet with the texts of its cells by position."""

    line: int
    texts: dict[int, str]
    marks: list[Mark]
    is_hidden: bool = False


class Rows(NamedTuple):
    """The rows of a sheet, and the columns that it hides: the first and last position of each group of them.

    These are complete when the first row has come.
    """

    rows: Iterator[SheetRow]
    hidden_columns: list[tuple[int, int]]
