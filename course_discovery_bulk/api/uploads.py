"""Guards of the upload body: refuse what is too large unread, and what arrived only in part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.utils.http import parse_header_parameters
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from course_discovery_bulk import conf
from course_discovery_bulk.api.base import BulkOperationsView
from course_discovery_bulk.api.errors import LengthUnknown, UploadTooLarge

if TYPE_CHECKING:
    from rest_framework.parsers import DataAndFiles

FORM_BYTES = 64 * 1024  # room for the other fields and the boundaries of the form
TAIL_BYTES = 512  # more than a closing boundary can be long


class TailKeeper:
    """A body that remembers its last bytes while somebody else reads it."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body
        self.tail = b""

    def read(self, size: int = -1, /) -> bytes:
        part = self._body.read(size)
        self.tail = (self.tail + part)[-TAIL_BYTES:]
        return part


class WholeMultiPartParser(MultiPartParser):
    """Refuses a form without its closing boundary.

    Django drops a file that was cut off, but takes the form as whole when only fields after the file are missing:
    an upload that lost its `dry_run` on the way would be run for real.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        body = TailKeeper(stream)
        try:
            form = super().parse(cast("IO[Any]", body), media_type, parser_context)
        except UnreadablePostError as broken:
            raise ParseError("The upload was cut off.") from broken
        except SuspiciousOperation as excess:
            raise ParseError("The form has too many fields, or too much in one of them.") from excess
        boundary = parse_header_parameters(media_type or "")[1].get("boundary", "")
        if not body.tail.rstrip().endswith(f"--{boundary}--".encode()):
            raise ParseError("The upload was cut off.")
        return form


class UploadView(BulkOperationsView):
    """An endpoint that takes a file: its size is looked at before anything else."""

    parser_classes = (WholeMultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Logging in by session parses the form for its CSRF token: the size must be looked at before.
        if request.method == "POST":
            check_length(request)
        super().initial(request, *args, **kwargs)


def check_length(request: Request) -> None:
    """Raise LengthUnknown or UploadTooLarge from the headers alone, before a byte of the body is read."""
    limit = conf.read().max_file_bytes
    stated = str(request.META.get("CONTENT_LENGTH", ""))
    if not stated and "Transfer-Encoding" in request.headers:
        raise LengthUnknown
    if stated.isdecimal() and int(stated) > limit + FORM_BYTES:
        raise UploadTooLarge(
            f"The upload has {int(stated):,} bytes; the limit for a file is {limit:,} bytes. Split the file."
        )
