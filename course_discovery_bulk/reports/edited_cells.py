"""Cells that people edited in a preview: files that leave have them as edited, and say what the uploaded file has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from course_discovery_bulk.choices import EditKind
from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

Uploaded = Mapping[str, str]  # column -> text in the uploaded file


def added_columns(task: BulkOperationTask) -> list[str]:
    """The columns that edits have added to those of the file."""
    known = set(map(normalise_header, task.headers))
    edited = task.edits.filter(kind=EditKind.CELL).order_by("column").values_list("column", flat=True).distinct()
    return [column for column in edited if column not in known]


def uploaded_texts(task: BulkOperationTask, rows: Sequence[BulkOperationRow]) -> dict[int, dict[str, str]]:
    """By line, what the file has in cells that say something else now; one query."""
    lines = [row.line for row in rows]
    edits = task.edits.filter(kind=EditKind.CELL, line__in=lines).order_by("pk").values_list("line", "column", "before")
    first: dict[int, dict[str, str]] = {}
    for line, column, before in edits:
        first.setdefault(line, {}).setdefault(column, before)
    now = {row.line: row.cells for row in rows}
    return {
        line: {column: text for column, text in texts.items() if text != now[line].get(column, "")}
        for line, texts in first.items()
    }
