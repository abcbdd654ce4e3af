"""From the bytes of an Excel workbook to the records of its first sheet: what `decoding` and `splitting` are for CSV.

    archive -> package, layout -> XML -> sheet -> texts and numbers -> numbers -> records

The sheet is read as it is parsed, some thousand cells at a time; of the rest of the workbook only the texts that cells
share and the styles are kept. Rows and columns that are hidden are read like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import FILE_TOO_LARGE, problem
from course_discovery_bulk.reading.layout import Layout, find_layout
from course_discovery_bulk.reading.numbers import Number, show_numbers
from course_discovery_bulk.reading.package import Package, damaged, open_package, read_bytes, read_part
from course_discovery_bulk.reading.sheet import MAX_COLUMNS, Row, SharedTexts, SheetRows
from course_discovery_bulk.reading.splitting import BLANKS, Record, filled_width
from course_discovery_bulk.text.messages import Phrase, gettext_noop

XLSX: Final = "xlsx"  # stands where a CSV file has its encoding

_BLOCK_CELLS: Final = 50_000


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is an archive with an Excel workbook in it, whatever its name."""
    return open_package(file) is not None


def read_sheet(file: BinaryIO, *, max_bytes: int) -> Iterator[Record]:
    """The rows of the first sheet, the header among them, with their true numbers; blank ones are left out.

    Raises `UploadRefused` for a workbook that is damaged, has no sheet with cells, or whose texts are longer than a
    CSV file may be: many cells can share one text, so the size of the file says little.
    """
    package = open_package(file)
    if package is None:
        raise damaged()
    layout = find_layout(package, max_bytes=max_bytes)
    size = 0
    width = 0
    for line, texts in _read_texts(package, layout):
        size += len(texts) + sum(map(len, texts.values()))
        if size > max_bytes:
            raise UploadRefused(
                [
                    problem(
                        FILE_TOO_LARGE, size=Phrase(gettext_noop("more than {limit}"), limit=max_bytes), limit=max_bytes
                    )
                ]
            )
        if not any(text.strip(BLANKS) for text in texts.values()):
            continue
        # The header has a cell for each column of the sheet, so no row is longer; and the others are no shorter than
        # its names.
        cells = [texts.get(position, "") for position in range(max(width or MAX_COLUMNS, max(texts) + 1))]
        width = width or filled_width(cells)
        yield Record(line=line, file_line=line, cells=cells, is_closed=True)


def _read_texts(package: Package, layout: Layout) -> Iterator[tuple[int, dict[int, str]]]:
    styles = _read_styles(package, layout)
    for rows in _read_blocks(package, layout):
        numbers = (cell for _, cells in rows for cell in cells.values() if isinstance(cell, Number))
        shown = show_numbers(numbers, styles, counts_from_1904=layout.counts_from_1904)
        for line, cells in rows:
            yield line, {at: shown[cell] if isinstance(cell, Number) else cell for at, cell in cells.items()}


def _read_blocks(package: Package, layout: Layout) -> Iterator[list[Row]]:
    sheet = SheetRows(_read_shared(package, layout))
    rows: list[Row] = []
    for _ in read_part(package, layout.sheet, starts=sheet.starts, ends=sheet.ends, text=sheet.text):
        rows += sheet.take()
        if sum(len(cells) for _, cells in rows) >= _BLOCK_CELLS:
            yield rows
            rows = []
    yield rows


def _read_shared(package: Package, layout: Layout) -> list[str]:
    shared = SharedTexts()
    if layout.strings:
        for _ in read_part(package, layout.strings, starts=shared.starts, ends=shared.ends, text=shared.text):
            pass
    return shared.texts


def _read_styles(package: Package, layout: Layout) -> bytes:
    return b"".join(read_bytes(package, layout.styles)) if layout.styles else b""
