"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

from course_discovery_bulk.reports.formats import format_of
from course_discovery_bulk.reports.table import Table


def write_table(table: Table, path: Path) -> None:
    """Write a table in the format that the name asks for; DocumentRefused if that cannot hold it."""
    content = format_of(path.name).write(table)  # before the file is opened: it may be refused
    with path.open("wb") as stream:
        stream.writelines(content)
