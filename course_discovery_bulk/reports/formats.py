"""The formats that a file can leave in: one table, beside the table of kinds.

To add a format, write a function that turns a `Table` into bytes, and add an entry to FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from course_discovery_bulk.reports import csv, workbook
from course_discovery_bulk.reports.table import Table


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """`suffix` is its word in addresses and file names."""

    suffix: str
    content_type: str
    write: Callable[[Table], Iterator[bytes]]  # raises DocumentRefused if the format cannot hold the table

    def named(self, name: str) -> str:
        """The name of an address of this format; that of a CSV file has no addition."""
        return name if self is CSV else f"{name}-{self.suffix}"


CSV: Final = FileFormat(suffix="csv", content_type=csv.CONTENT_TYPE, write=csv.write_csv)
XLSX: Final = FileFormat(suffix="xlsx", content_type=workbook.CONTENT_TYPE, write=workbook.write_workbook)
FORMATS: Final = (CSV, XLSX)


def format_of(name: str) -> FileFormat:
    """The format that the end of a file's name asks for; CSV if it asks for none of ours."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    return next((form for form in FORMATS if form.suffix == suffix), CSV)
