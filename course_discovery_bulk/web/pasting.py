"""Cells that were pasted instead of picking a file: from here on they are a file."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from course_discovery_bulk import conf

OTHER_FIELDS: Final = 64 * 1024  # bytes of a form beside its files, without what was pasted


def pasted_file(text: str) -> SimpleUploadedFile:
    """The cells as a file, tabs between them or commas; a mark at its beginning says that it is UTF-8.

    Browsers send every line break of a form as two characters, also those within cells.
    """
    name = timezone.now().strftime("pasted-%Y-%m-%d-%H%M.csv")
    return SimpleUploadedFile(name, text.replace("\r\n", "\n").encode("utf-8-sig"), content_type="text/csv")


def most_pasted_bytes() -> int:
    """How much can be pasted: as much as a file may have, or less if the site takes less in the fields of a form."""
    limit = conf.read().max_file_bytes
    of_forms = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return limit if of_forms is None else max(0, min(limit, of_forms - OTHER_FIELDS))
