"""What the first records of a file show of its shape: which is the header, and whether the cells are parted at all.

Used by `read` alone, before the header is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.problems import ALL_IN_ONE_CELL, MIXED_DELIMITERS, Place, problem
from course_discovery_bulk.reading.splitting import DELIMITERS, Record, filled_width
from course_discovery_bulk.text.messages import Phrase

PEEKED: Final = 20  # rows; a sheet has no more titles above its header
_LEAST_NAMES: Final = 2


def find_header_row(records: Sequence[Record], known_headers: frozenset[str]) -> int:
    """The row with most names of columns, if the first has none, or one alone; else the first."""
    first = records[0]
    is_title = filled_width(first.cells) == 1 and not first.beyond  # a column's name alone may be a title
    if not first.is_closed or _count_known(first.cells, known_headers) > is_title:
        return first.line

    def names(record: Record) -> int:
        known = _count_known(record.cells, known_headers)
        return known + len(record.beyond) if known else 0  # a sheet is cut to the width of its first row

    best = max(records, key=names)
    least = _LEAST_NAMES + _count_known(first.cells, known_headers)
    return best.line if names(best) >= least else first.line


def refuse_unparted(header: Record, row: Record | None, known_headers: frozenset[str], delimiter: str) -> None:
    """Raise `UploadRefused` if all names are in one cell, or all values of the first row are."""
    if filled_width(header.cells) == 1 and any(
        _count_known(header.cells[0].split(other), known_headers) >= _LEAST_NAMES for other in DELIMITERS
    ):
        raise UploadRefused([problem(ALL_IN_ONE_CELL, Place(line=header.line), row=header.line)])
    width = filled_width(header.cells)
    if row is None or width < _LEAST_NAMES or filled_width(row.cells) != 1 or delimiter not in DELIMITERS:
        return
    for other in DELIMITERS:
        if other != delimiter and row.cells[0].count(other) == width - 1:
            found = problem(
                MIXED_DELIMITERS,
                Place(line=row.line),
                header_line=header.line,
                delimiter=Phrase(DELIMITERS[delimiter]),
                other=Phrase(DELIMITERS[other]),
            )
            raise UploadRefused([found])


def _count_known(cells: Sequence[str], known_headers: frozenset[str]) -> int:
    return len(known_headers.intersection(map(normalise_header, cells[:1000])))
