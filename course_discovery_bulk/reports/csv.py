"""Writes the CSV files that people get from us: for a spreadsheet to open as they are, and for us to read again."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from course_discovery_bulk.reports.table import Table
from course_discovery_bulk.text.formula_escaping import defuse

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
_BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel takes UTF-8 for something else
_ROWS_AT_ONCE: Final = 100


def write_csv(table: Table) -> Iterator[bytes]:
    """The bytes of the file in pieces; no cell can run in a spreadsheet."""
    yield (_BYTE_ORDER_MARK + _lines([table.headers], table.delimiter)).encode()
    rows = iter(table.rows)
    while taken := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        yield _lines(taken, table.delimiter).encode()


def _lines(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([defuse(cell, delimiter) for cell in row] for row in rows)
    return text.getvalue()
