"""How an OpenDocument sheet (.ods) shows its numbers, and which rows it hides. Runs in the child process.

Every cell of such a file has the text that people see beside its value, which calamine leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from course_discovery_bulk.reading.workbook.marks import FORMAT, SHOWN, Mark, SheetRow

CONTENT: Final = "content.xml"

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ROW: Final = f"{_TABLE}table-row"
_VALUE_TYPE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_PARAGRAPH: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_NUMBERS: Final = ("float", "currency", "percentage")
_HIDDEN: Final = ("collapse", "filter")
_MOST_REPEATED: Final = 1000  # a number in so many columns is no part of a table that people made


class Look(NamedTuple):
    """How rows that follow each other and are the same look: the texts of their numbers, by position."""

    last: int
    shown: dict[int, str]
    is_hidden: bool


def apply_looks(rows: Iterable[SheetRow], looks: Iterator[Look]) -> Iterator[SheetRow]:
    """The rows with what the sheet shows for a number, where that is known."""
    look = next(looks, None)
    for row in rows:
        while look and look.last < row.line:
            look = next(looks, None)
        if look is None:
            yield row
            continue
        marks = [_shown(mark, row, look.shown) for mark in row.marks]
        yield row._replace(marks=[mark for mark in marks if mark], is_hidden=look.is_hidden)


def _shown(mark: Mark, row: SheetRow, shown: dict[int, str]) -> Mark | None:
    text = shown.get(mark.position)
    if mark.kind != FORMAT or text is None:
        return mark
    return None if text == row.texts[mark.position] else Mark(mark.position, SHOWN, text)


def read_looks(stream: IO[bytes], sheet: str) -> Iterator[Look]:
    """The looks of the rows of a sheet, in its order."""
    is_inside, line = False, 0
    for event, element in iterparse(stream, ("start", "end")):
        if element.tag == f"{_TABLE}table":
            is_inside = event == "start" and element.get(f"{_TABLE}name") == sheet
        elif event == "end" and element.tag == _ROW:
            if is_inside:
                line += _repeated(element, f"{_TABLE}number-rows-repeated")
                yield Look(line, dict(_shown_in(element)), element.get(f"{_TABLE}visibility") in _HIDDEN)
            element.clear()


def _shown_in(row: Element) -> Iterator[tuple[int, str]]:
    position = 0
    for cell in row:
        count = _repeated(cell, f"{_TABLE}number-columns-repeated")
        if cell.get(_VALUE_TYPE) in _NUMBERS and count < _MOST_REPEATED:
            text = "\n".join("".join(part.itertext()) for part in cell.findall(_PARAGRAPH)).strip()
            yield from ((at, text) for at in range(position, position + count) if text)
        position += count


def _repeated(element: Element, attribute: str) -> int:
    written = element.get(attribute, "1")
    return int(written) if written.isdecimal() else 1
