"""Answers that are files: made while they are sent, always attachments, under a name that can do no harm."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from course_discovery_bulk.reports.formats import CSV, FileFormat
from course_discovery_bulk.reports.table import Table

BINARY: Final = "application/octet-stream"  # an upload is never shown, only kept
FALLBACK_NAME: Final = "upload.csv"
MAX_NAME_LENGTH: Final = 255
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, formatting (direction too), surrogates, breaks


def attach(table: Table, form: FileFormat, name: str) -> StreamingHttpResponse:
    """The table as a file of that format and name; raises DocumentRefused if the format cannot hold it."""
    return StreamingHttpResponse(
        form.write(table),
        content_type=form.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


def name_beside(original: str, suffix: str, form: FileFormat = CSV) -> str:
    """`courses.xlsx` with the suffix `results` is `courses-results.csv`."""
    return safe_name(f"{PurePath(safe_name(original)).stem}-{suffix}.{form.suffix}")


def safe_name(original: str) -> str:
    """The file name as the last part of a URL: no folders, nothing invisible, never empty or dots only."""
    last = re.split(r"[/\\]", original)[-1]
    shown = "".join(character for character in last if unicodedata.category(character) not in INVISIBLE)
    return shown.strip().lstrip(".")[:MAX_NAME_LENGTH] or FALLBACK_NAME
