"""Which sheet of a workbook is read, and which are not. Runs in the child process."""

from __future__ import annotations

import itertools
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from course_discovery_bulk.reading.workbook.answers import NO_SUCH_SHEET, Request, Sheet, Unreadable
from course_discovery_bulk.reading.workbook.marks import Rows, SheetRow
from course_discovery_bulk.reading.workbook.our_sheets import EXAMPLES

_UNREADABLE: Final = (Unreadable, SyntaxError, ValueError, LookupError, OSError, zipfile.BadZipFile, zlib.error)
_LOOKED_INTO: Final = 20  # sheets; of a workbook with more, those after them are not told of


class Book(Protocol):
    """An open workbook of any format."""

    kind: str

    def sheets(self) -> list[Sheet]:
        """The sheets with cells in the order of their tabs."""
        ...

    def measured(self) -> list[Sheet]:
        """The same with the sizes that they claim."""
        ...

    def rows(self, name: str) -> Rows:
        """The rows of the sheet of that name."""
        ...


@dataclass(frozen=True, kw_only=True)
class ChosenSheet:
    """The sheet that is read, and what is to be said of the others."""

    name: str
    sheets: list[Sheet]
    rows: Iterator[SheetRow]
    hidden_columns: list[tuple[int, int]]
    skipped: list[str]  # blank ones before it
    others: list[tuple[str, int | None]]  # that are shown and have text: name, and the rows they claim

    def as_head(self) -> dict[str, Any]:
        """What the answer begins with."""
        return {
            "sheet": self.name,
            "sheets": [sheet.__dict__ for sheet in self.sheets],
            "hidden_columns": self.hidden_columns,
            "skipped": self.skipped,
            "others": self.others,
        }


def choose(book: Book, request: Request) -> ChosenSheet:
    """The sheet that is asked for, by name or number; without one the first that is shown and has text."""
    sheets = book.sheets()
    wanted = [_find(sheets, request.sheet)] if request.sheet else [sheet for sheet in sheets if _may_be_read(sheet)]
    opened = {}
    for sheet in wanted or sheets[:1]:
        opened[sheet.name] = _Opened(book.rows(sheet.name))
        if opened[sheet.name].has_text:
            break
    name, found = next(reversed(opened.items()))
    if not found.has_text:
        name, found = next(iter(opened.items()))
    return ChosenSheet(
        name=name,
        sheets=sheets,
        rows=found.rows,
        hidden_columns=found.hidden_columns,
        skipped=[] if name == next(iter(opened)) else list(opened)[:-1],
        others=_others(book, opened) if request.names_others else [],
    )


class _Opened:
    """A sheet that has been read up to its first text."""

    def __init__(self, rows: Rows) -> None:
        found = (row for row in rows.rows if any(text.strip() for text in row.texts.values()))
        first = next(found, None)
        self.has_text = first is not None
        self.rows = itertools.chain([first] if first else [], rows.rows)
        self.hidden_columns = rows.hidden_columns


def _find(sheets: list[Sheet], wanted: str) -> Sheet:
    """A sheet by its name, or by its number if none has such a name."""
    for sheet in sheets:
        if sheet.name == wanted:
            return sheet
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 0
    if 0 < number <= len(sheets):
        return sheets[number - 1]
    raise Unreadable(NO_SUCH_SHEET, sheet=wanted, sheets=", ".join(sheet.name for sheet in sheets))


def _may_be_read(sheet: Sheet) -> bool:
    """Nobody who looks at the workbook expects a hidden sheet to be read, or the examples of our templates."""
    return not sheet.is_hidden and sheet.name != EXAMPLES


def _others(book: Book, opened: dict[str, _Opened]) -> list[tuple[str, int | None]]:
    unread = [sheet for sheet in book.measured()[:_LOOKED_INTO] if _may_be_read(sheet) and sheet.name not in opened]
    return [(sheet.name, sheet.rows - 1 if sheet.rows else None) for sheet in unread if _may_have_text(book, sheet)]


def _may_have_text(book: Book, sheet: Sheet) -> bool:
    """A sheet that claims to be a single cell is often one without any."""
    if (sheet.rows or 1) > 1 or (sheet.columns or 1) > 1:
        return True
    try:
        return _Opened(book.rows(sheet.name)).has_text
    except _UNREADABLE:
        return True  # which matters to nobody: it is not read
