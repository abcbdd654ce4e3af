"""Which cells of a file of ours reading would complain about, or take for another value than discovery holds.

Discovery holds texts that no upload may have: control characters, cells beyond the limit. Such a cell is left empty in
what we export, so that the file can be uploaded as it is and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.reading.cells import find_problems
from course_discovery_bulk.reading.splitting import BLANKS, clean_cell

LONGEST_REFERENCE: Final = 1000  # bytes


def find_unreadable(
    rows: Sequence[Mapping[str, str]], columns: Sequence[Column], *, max_cell_bytes: int
) -> list[set[str]]:
    """For each row (column -> text) the names of the columns whose cells would not come back as they are."""
    names = [column.name for column in columns]
    found: list[set[str]] = []
    for line, row in enumerate(rows):
        texts = [clean_cell(row.get(name, "")) for name in names]
        problems = find_problems(texts, line, names, max_cell_bytes=max_cell_bytes)
        unreadable = {problem.column for problem in problems if problem.column is not None}
        changed = {column.name for column in columns if not _comes_back(column, row.get(column.name, ""))}
        found.append(unreadable | changed)
    return found


def _comes_back(column: Column, text: str) -> bool:
    """Whether trimming and making line ends alike leave the value what it is."""
    read = text.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS)
    return read == text.strip() or column.comparison.is_same(read, text)


def for_reference(value: object) -> str:
    """A text for people to see beside the cells that are read; empty if no cell can hold it."""
    text = clean_cell(value) if isinstance(value, str) else ""
    return "" if any(find_problems([text], 1, ["text"], max_cell_bytes=LONGEST_REFERENCE)) else text
