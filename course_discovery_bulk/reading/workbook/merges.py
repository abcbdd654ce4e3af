"""Merged cells of a sheet: the text is in the first of them, and people see it in all. Runs in the child process.

The cells below the first are filled with its text, in rows that have a text of their own. Those beside it are not:
nobody can tell which column the text belongs to, so the first cell is marked.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from openpyxl.utils import column_index_from_string

from course_discovery_bulk.reading.workbook.marks import ACROSS, MERGED, Mark, SheetRow

_BLOCK_BYTES: Final = 1024 * 1024
_LONGEST_ELEMENT: Final = 1024
_NAME: Final = b"mergeCell "
_ELEMENT: Final = re.compile(
    rb"""<(?:[\w.-]+:)?mergeCell\s[^<>]{0,200}?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']"""
)
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A merged cell: the first and last of its rows (from 1) and columns (from 0)."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, position: int) -> bool:
        return self.left <= position <= self.right


@dataclass(kw_only=True)
class _Open:
    """A merged cell in which the present row lies, with what its first cell holds."""

    merge: Merge
    text: str
    marks: list[Mark] = field(default_factory=list)


class Merges:
    """Fills rows, which come in order."""

    def __init__(self, merges: Iterable[Merge] = ()) -> None:
        self._starting: defaultdict[int, list[Merge]] = defaultdict(list)
        self._open: list[_Open] = []
        for merge in merges:
            self.add(merge)

    def add(self, merge: Merge) -> None:
        """One more, which begins in a row that is still to come."""
        self._starting[merge.top].append(merge)

    def fill(self, row: SheetRow) -> SheetRow:
        """The row with what its merged cells show."""
        if not self._open and row.line not in self._starting:
            return row
        self._open = [opened for opened in self._open if opened.merge.bottom >= row.line]
        for opened in self._open:
            _remove(row, opened.merge, own=False)
        if any(text.strip() for text in row.texts.values()):
            for opened in self._open:
                _fill(row, opened)
        for merge in self._starting.pop(row.line, ()):
            self._start(row, merge)
        return row

    def _start(self, row: SheetRow, merge: Merge) -> None:
        _remove(row, merge, own=True)
        if merge.right > merge.left and merge.left in row.texts:
            row.marks.append(Mark(merge.left, ACROSS, str(merge.right)))
        marks = [mark for mark in row.marks if mark.position == merge.left]
        if merge.bottom > merge.top and merge.left in row.texts:
            self._open.append(_Open(merge=merge, text=row.texts[merge.left], marks=marks))


def _remove(row: SheetRow, merge: Merge, *, own: bool) -> None:
    """Take out what merged cells hide; with `own`, all but the first cell."""
    hidden = [at for at in row.texts if merge.covers(at) and not (own and at == merge.left)]
    for at in hidden:
        del row.texts[at]
    if hidden:
        row.marks[:] = [mark for mark in row.marks if mark.position not in hidden]


def _fill(row: SheetRow, opened: _Open) -> None:
    at = opened.merge.left
    row.texts[at] = opened.text
    row.marks.extend([*opened.marks, Mark(at, MERGED, str(opened.merge.top))])


def find_merges(stream: IO[bytes]) -> Iterator[Merge]:
    """The merged cells of a sheet, which come after its rows; the rows are not parsed for it."""
    rest = b""
    for block in _blocks(stream):
        text = rest + block
        if _NAME in text:
            for found in _ELEMENT.finditer(text):
                yield _merge(found)
        ended = text.rfind(b">") + 1
        rest = text[max(ended, len(text) - _LONGEST_ELEMENT) :]


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The part in UTF-8, a block at a time."""
    first = stream.read(_BLOCK_BYTES)
    blocks = iter(lambda: stream.read(_BLOCK_BYTES), b"")
    if not first.startswith(_UTF_16):
        yield first
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder("utf-16")()
    yield decoder.decode(first).encode()
    yield from (decoder.decode(block).encode() for block in blocks)


def _merge(found: re.Match[bytes]) -> Merge:
    left, right = (column_index_from_string(found[group].decode()) - 1 for group in (1, 3))
    return Merge(top=int(found[2]), left=left, bottom=int(found[4]), right=right)
