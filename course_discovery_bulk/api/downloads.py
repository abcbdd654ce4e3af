"""Answers that are files: made while they are sent, always attachments, never kept by anybody on the way."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from course_discovery_bulk import documents
from course_discovery_bulk.api.links import safe_name
from course_discovery_bulk.csv_writing import Table


class IgnoreAccept(BaseContentNegotiation):
    """A browser asks for anything, a script for text/csv: both get the file, and errors as JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


def download_csv(table: Table, name: str) -> StreamingHttpResponse:
    """The table as a CSV file of that name."""
    return StreamingHttpResponse(
        documents.write_csv(table),
        content_type=documents.CONTENT_TYPE,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


def name_beside(original: str, suffix: str) -> str:
    """`courses.xlsx` with the suffix `results` is `courses-results.csv`."""
    return safe_name(f"{PurePath(safe_name(original)).stem}-{suffix}.csv")
