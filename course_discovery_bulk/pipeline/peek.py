"""A look at the first rows of a file alone: which headers it would have if it were read in some way."""

from __future__ import annotations

import itertools
from contextlib import closing
from typing import BinaryIO

from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.heading import names_of
from course_discovery_bulk.reading.limits import Limits
from course_discovery_bulk.reading.shape import PEEKED, find_header_row
from course_discovery_bulk.reading.sources import find_source


def read_headers(
    file: BinaryIO, limits: Limits, *, known_headers: frozenset[str], choices: ReadingChoices
) -> tuple[str, ...]:
    """The headers that the file would be read with, from a look at its first rows; empty if it has none.

    Raises UploadRefused if it cannot be read so.
    """
    with closing(find_source(file, limits, choices=choices, known_headers=known_headers)) as source:
        peeked = list(itertools.islice(source.records(), max(PEEKED, choices.header_row)))
    row = choices.header_row or (find_header_row(peeked, known_headers) if peeked else 0)
    header = next((record for record in peeked if record.line >= row), None)
    return tuple(names_of(header)) if header else ()
