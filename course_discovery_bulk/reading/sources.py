"""The input formats, and which of them a file is."""

from __future__ import annotations

from typing import BinaryIO, Final

from course_discovery_bulk.data import FileFacts
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.csv_source import CSV, CsvSource
from course_discovery_bulk.reading.limits import Limits
from course_discovery_bulk.reading.source import Source
from course_discovery_bulk.reading.workbook.source import KINDS, WorkbookSource

_SOURCES: Final[tuple[type[Source], ...]] = (WorkbookSource, CsvSource)  # in the order of asking; the last takes all
_BY_KIND: Final[dict[str, type[Source]]] = {**dict.fromkeys(KINDS, WorkbookSource), CSV: CsvSource}


def find_source(file: BinaryIO, limits: Limits, *, choices: ReadingChoices, known_headers: frozenset[str]) -> Source:
    """The source for a file that nobody has looked at; raises `UploadRefused` if no format fits."""
    found = (source.find(file, limits, choices=choices, known_headers=known_headers) for source in _SOURCES)
    return next(source for source in found if source)


def reopen_source(file: BinaryIO, limits: Limits, facts: FileFacts) -> Source:
    """The source for a file of which the facts are known."""
    return _BY_KIND[facts.kind].reopen(file, limits, facts)
