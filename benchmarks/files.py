"""Files to measure with: rows of the kind that a catalog team writes, as many as asked for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from course_discovery_bulk.operations.registry import get_operation

COLUMNS = 30
# Pictures would be fetched, and collaborators be made: neither is what is measured.
LEFT_OUT = {"image", "organization_logo_override", "collaborators", "move_to_legal_review", "url_slug"}
EXAMPLES = {
    column.name: column.example for column in get_operation("course_create").columns if column.name not in LEFT_OUT
}
PLAIN = {
    "organization": "edX",
    "course_enrollment_track": "Verified and Audit",
    "course_run_enrollment_track": "Verified and Audit",
    "verified_price": "49.00",
    "course_pacing": "Self-Paced",
    "start_date": "2030-01-15",
    "end_date": "2030-06-15",
    "short_description": "<p>What it is about.</p>",
}


def wide_rows(count: int) -> list[list[str]]:
    """A header of 30 columns, and rows with a text of a few hundred characters."""
    names = list(EXAMPLES)[:COLUMNS]
    words = {**EXAMPLES, **PLAIN, "long_description": "<p>" + "Words about it. " * 20 + "</p>"}
    return [names, *([words[name] for name in names[:1]] + [words[name] for name in names[1:]] for _ in range(count))]


def create_rows(prefix: str, count: int) -> bytes:
    """Good rows of new courses, each of which takes two calls: its short description comes by a second."""
    names = ["title", "number", *PLAIN]
    rows = [[f"Course {prefix} {number}", f"{prefix}{number}", *PLAIN.values()] for number in range(count)]
    return csv_bytes([names, *rows])


def csv_bytes(rows: list[list[str]]) -> bytes:
    """The rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def write_workbook(rows: list[list[str]], file: Path) -> None:
    """The rows as an Excel file."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and only this needs it

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(file)
