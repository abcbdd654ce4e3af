"""How much an uploaded file may hold, and what reading it may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_discovery_bulk.conf import BulkSettings


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Cells are measured in bytes of UTF-8; memory and seconds are those of the process that reads a workbook."""

    max_bytes: int
    max_rows: int
    max_columns: int
    max_cell_bytes: int
    chunk_rows: int
    row_problems: int = 20
    workbook_memory_mb: int = 512
    workbook_seconds: int = 15

    @classmethod
    def from_settings(cls, settings: BulkSettings) -> Limits:
        """The limits that the host has set."""
        return cls(
            max_bytes=settings.max_file_bytes,
            max_rows=settings.max_rows,
            max_columns=settings.max_columns,
            max_cell_bytes=settings.max_cell_bytes,
            chunk_rows=settings.read_chunk_rows,
            row_problems=settings.max_row_problems,
            workbook_memory_mb=settings.workbook_memory_mb,
            workbook_seconds=settings.workbook_seconds,
        )
