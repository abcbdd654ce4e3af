"""An Excel workbook (.xlsx): its sheets, and the parts that they are made of. Runs in the child process.

openpyxl finds the sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from openpyxl.reader.workbook import WorkbookParser
from openpyxl.utils import column_index_from_string

from course_discovery_bulk.reading.workbook.answers import DAMAGED, NO_CELLS, NO_SHEET, Sheet, Unreadable
from course_discovery_bulk.reading.workbook.formats import Formats, read_styles
from course_discovery_bulk.reading.workbook.marks import Rows
from course_discovery_bulk.reading.workbook.merges import Merges, find_merges
from course_discovery_bulk.reading.workbook.parts import WORKBOOK, Parts
from course_discovery_bulk.reading.workbook.rows import Shared, SheetRows, read_shared_texts

if TYPE_CHECKING:
    from openpyxl.packaging.relationship import Relationship
    from openpyxl.packaging.workbook import ChildSheet

# How many times the limit on the file its parts may take: a sheet at the limits on rows and columns needs about nine.
UNPACKED_TIMES: Final = 10

_HEAD_BYTES: Final = 16 * 1024
_DIMENSION: Final = re.compile(
    rb"""<(?:[\w.-]+:)?dimension\s+ref\s*=\s*["'](?:[A-Z]{1,3}\d{1,7}:)?([A-Z]{1,3})(\d{1,7})["']"""
)
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"


class ExcelBook:
    """An open workbook."""

    kind = "xlsx"

    def __init__(self, parts: Parts, *, max_bytes: int) -> None:
        self._parts = parts
        self._max_bytes = max_bytes
        parts.refuse_size([WORKBOOK, _RELATIONS], limit=max_bytes)
        for name in (WORKBOOK, _RELATIONS):
            parts.open_xml(name).close()
        self._contents = WorkbookParser(parts, WORKBOOK, keep_links=False)
        self._contents.parse()
        self._relations = cast("dict[str, Relationship]", self._contents.rels)  # the stubs say what it is made from
        self._sheets = list(self._find_sheets())

    def sheets(self) -> list[Sheet]:
        """The sheets with cells in the order of their tabs."""
        return [Sheet(name=sheet.name, is_hidden=sheet.state != "visible") for sheet, _ in self._sheets]

    def measured(self) -> list[Sheet]:
        """The same with the sizes that they claim."""
        sizes = (self._size_of(relation.target) for _, relation in self._sheets)
        return [
            replace(sheet, rows=rows, columns=columns)
            for sheet, (rows, columns) in zip(self.sheets(), sizes, strict=True)
        ]

    def rows(self, name: str) -> Rows:
        """The rows of the sheet of that name."""
        part = next(relation.target for sheet, relation in self._sheets if sheet.name == name)
        needed = [part, *self._part_of_kind("sharedstrings"), *self._part_of_kind("styles")]
        self._parts.refuse_size(needed, limit=self._max_bytes * UNPACKED_TIMES)
        with self._parts.open_xml(part) as stream:
            merges = Merges(find_merges(stream))
        rows = SheetRows(self._parts.open_xml(part), self._shared)
        return Rows(map(merges.fill, rows), rows.hidden_columns)

    @cached_property
    def _shared(self) -> Shared:
        texts, struck = read_shared_texts(map(self._parts.open_xml, self._part_of_kind("sharedstrings")))
        styles = [style for found in self._part_of_kind("styles") for style in read_styles(self._parts.open_xml(found))]
        return Shared(texts=texts, struck=struck, formats=Formats(styles, self._contents.wb.epoch))

    def _find_sheets(self) -> Iterator[tuple[ChildSheet, Relationship]]:
        if not self._contents.sheets:
            raise Unreadable(NO_SHEET)
        found = [(sheet, self._relations[sheet.id]) for sheet in self._contents.sheets if sheet.id in self._relations]
        if not found:
            raise Unreadable(DAMAGED)
        with_cells = [(sheet, relation) for sheet, relation in found if _kind_of(relation) == "worksheet"]
        if not with_cells:
            raise Unreadable(NO_CELLS)
        yield from with_cells

    def _size_of(self, part: str) -> tuple[int | None, int | None]:
        """The size that a sheet claims in its first lines; openpyxl would read all of a sheet that claims none."""
        with self._parts.open_xml(part) as stream:
            found = _DIMENSION.search(stream.read(_HEAD_BYTES))
        return (int(found[2]), column_index_from_string(found[1].decode())) if found else (None, None)

    def _part_of_kind(self, kind: str) -> list[str]:
        """The part that holds something for all sheets, if the workbook has it."""
        targets = [relation.target for relation in self._relations.values() if _kind_of(relation) == kind]
        return [target for target in targets if self._parts.has(target)][-1:]


def _kind_of(relation: Relationship) -> str:
    return str(relation.Type).rpartition("/")[2].lower()
