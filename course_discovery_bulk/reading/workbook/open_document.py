"""How an OpenDocument sheet (.ods) looks: how it shows numbers, what it hides, strikes through and merges.

Every cell of such a file has the text that people see beside its value; calamine leaves out this, and all of the rest.
Runs in the child process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from course_discovery_bulk.reading.workbook.marks import FORMAT, SHOWN, STRUCK, Mark, SheetRow
from course_discovery_bulk.reading.workbook.merges import Merge, Merges

CONTENT: Final = "content.xml"
STYLES: Final = "styles.xml"

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ROW: Final = f"{_TABLE}table-row"
_VALUE_TYPE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_PARAGRAPH: Final = f"{_TEXT}p"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBERS: Final = ("float", "currency", "percentage")
_HIDDEN: Final = ("collapse", "filter")
_MOST_REPEATED: Final = 1000  # a number in so many columns is no part of a table that people made


class Look(NamedTuple):
    """How rows that follow each other and are the same look: the texts of their numbers, by position."""

    last: int
    shown: dict[int, str]
    is_hidden: bool
    struck: list[int]
    merges: list[Merge]


def apply_looks(rows: Iterable[SheetRow], looks: Iterator[Look]) -> Iterator[SheetRow]:
    """The rows with numbers as the sheet shows them, merged cells filled, and struck ones marked."""
    merges = Merges()
    look = next(looks, None)
    for row in rows:
        while look and look.last < row.line:
            look = next(looks, None)
        yield merges.fill(row if look is None else _with_look(row, look, merges))


def _with_look(row: SheetRow, look: Look, merges: Merges) -> SheetRow:
    shown = [_shown(mark, row, look.shown) for mark in row.marks]
    struck = [Mark(at, STRUCK) for at in look.struck if at in row.texts]
    for merge in look.merges:
        merges.add(merge)
    return row._replace(marks=[*(mark for mark in shown if mark), *struck], is_hidden=look.is_hidden)


def _shown(mark: Mark, row: SheetRow, shown: dict[int, str]) -> Mark | None:
    text = shown.get(mark.position)
    if mark.kind != FORMAT or text is None:
        return mark
    return None if text == row.texts[mark.position] else Mark(mark.position, SHOWN, text)


class Looks:
    """Reads how the rows of a sheet look, in its order."""

    def __init__(self, styles: Iterable[IO[bytes]] = ()) -> None:
        self.hidden_columns: list[tuple[int, int]] = []  # first and last position; known with the first row
        self._struck: set[str] = set()  # styles that strike through
        self._columns = 0
        self._struck_columns: list[tuple[int, int]] = []
        for stream in styles:
            for _event, element in iterparse(stream):
                self._see(element)

    def read(self, stream: IO[bytes], sheet: str) -> Iterator[Look]:
        """The looks of the rows of that sheet."""
        is_inside, line = False, 0
        for event, element in iterparse(stream, ("start", "end")):
            if element.tag == f"{_TABLE}table":
                is_inside = event == "start" and element.get(f"{_TABLE}name") == sheet
            elif event == "end" and element.tag == _ROW:
                if is_inside:
                    line += _repeated(element, f"{_TABLE}number-rows-repeated")
                    yield self._look(element, line)
                element.clear()
            elif event == "end":
                self._see(element, is_inside=is_inside)

    def _see(self, element: Element, *, is_inside: bool = False) -> None:
        """Note styles that strike through, and columns of the sheet that are hidden or have such a style."""
        if element.tag == f"{_STYLE}style":
            texts = element.find(f"{_STYLE}text-properties")
            line = None if texts is None else texts.get(f"{_STYLE}text-line-through-style")
            is_struck = element.get(f"{_STYLE}parent-style-name") in self._struck if line is None else line != "none"
            self._struck.update([element.get(f"{_STYLE}name", "")] if is_struck else [])
        elif is_inside and element.tag == f"{_TABLE}table-column":
            first = self._columns
            self._columns += _repeated(element, f"{_TABLE}number-columns-repeated")
            if element.get(f"{_TABLE}visibility") in _HIDDEN:
                self.hidden_columns.append((first, self._columns - 1))
            if element.get(f"{_TABLE}default-cell-style-name") in self._struck:
                self._struck_columns.append((first, self._columns - 1))

    def _look(self, row: Element, line: int) -> Look:
        look = Look(line, {}, row.get(f"{_TABLE}visibility") in _HIDDEN, [], [])
        position = 0
        for cell in row:
            count = _repeated(cell, f"{_TABLE}number-columns-repeated")
            if count < _MOST_REPEATED and len(cell):
                self._look_at(cell, row, range(position, position + count), look)
            position += count
        return look

    def _look_at(self, cell: Element, row: Element, positions: range, look: Look) -> None:
        if cell.get(_VALUE_TYPE) in _NUMBERS:
            text = "\n".join("".join(part.itertext()) for part in cell.findall(_PARAGRAPH)).strip()
            look.shown.update(dict.fromkeys(positions, text) if text else {})
        look.struck.extend(at for at in positions if self._is_struck(cell, row, at))
        height, width = (_repeated(cell, f"{_TABLE}number-{name}-spanned") for name in ("rows", "columns"))
        if height > 1 or width > 1:
            first = positions[0]
            look.merges.append(Merge(top=look.last, left=first, bottom=look.last + height - 1, right=first + width - 1))

    def _is_struck(self, cell: Element, row: Element, position: int) -> bool:
        """Whether a cell is struck through, or a part of its text."""
        own = cell.get(f"{_TABLE}style-name") or row.get(f"{_TABLE}default-cell-style-name")
        in_column = any(first <= position <= last for first, last in self._struck_columns)
        parts = (part.get(f"{_TEXT}style-name") for text in cell.findall(_PARAGRAPH) for part in text.iter())
        return (own in self._struck if own else in_column) or any(part in self._struck for part in parts)


def _repeated(element: Element, attribute: str) -> int:
    written = element.get(attribute, "1")
    return int(written) if written.isdecimal() else 1
