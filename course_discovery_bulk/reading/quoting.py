r"""Quotation marks as people and programs write them: `""` by the rules, `\"` by some programs, and after a blank.

The records of a file are split first as a spreadsheet would (`splitting`). A record with quotation marks then passes
here, where its raw lines tell whether that was what they mean.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_BACKSLASH_QUOTE: Final = '\\"'


@dataclass(frozen=True, kw_only=True)
class Split:
    """The cells of a record; `is_closed` is false if a quotation mark opened a cell and did not close it."""

    cells: list[str]
    is_closed: bool = True
    has_backslashes: bool = False  # its quotation marks were written with a backslash
    is_garbled: bool = False  # text follows the quotation mark that closes a cell


def resplit(lines: Sequence[str], cells: list[str], delimiter: str) -> Split:
    """The cells of a record whose raw lines were split into `cells`, blanks before quotation marks left out.

    Text between a closing quotation mark and the end of its cell means, in a record of several lines, that the mark was
    meant to open another cell: what is between the two is no text of a cell. A record of one line can swallow nothing,
    but where even the first mark of a cell is no text, nobody can tell what its others are.
    """
    if _is_strict(lines, delimiter):
        return Split(cells=cells)
    if any(_BACKSLASH_QUOTE in line for line in lines):
        doubled = [line.replace(_BACKSLASH_QUOTE, '""') for line in lines]
        if not _is_strict(doubled, delimiter):
            return Split(cells=cells, is_closed=False)
        return Split(cells=_split(doubled, delimiter, skipinitialspace=True), has_backslashes=True)
    if len(lines) > 1:
        return Split(cells=cells, is_closed=False)
    cells = _split(lines, delimiter, skipinitialspace=False)
    return Split(cells=cells, is_garbled=not _is_strict(lines, delimiter, skipinitialspace=False))


def _is_strict(lines: Sequence[str], delimiter: str, *, skipinitialspace: bool = True) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=skipinitialspace))
    except csv.Error:
        return False
    return True


def _split(lines: Sequence[str], delimiter: str, *, skipinitialspace: bool) -> list[str]:
    return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=skipinitialspace), [])
