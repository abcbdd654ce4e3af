"""CSV files, and everything else that is lines of text with something between the cells.

bytes -> decoding -> lines -> splitting -> records
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Self

from course_discovery_bulk.data import FileFacts
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.decoding import find_encoding, measure, read_lines
from course_discovery_bulk.reading.limits import Limits
from course_discovery_bulk.reading.other_formats import refuse_other_formats
from course_discovery_bulk.reading.source import Form, Source
from course_discovery_bulk.reading.splitting import Record, allow_long_cells, choose_delimiter, split_records

CSV = "csv"


class CsvSource(Source):
    """A file of text. It takes every file that no other source wants, and refuses it by what it is."""

    is_sheet = False

    def __init__(self, file: BinaryIO, form: Form) -> None:
        allow_long_cells(measure(file))
        self.form = form
        self._file = file

    @classmethod
    def find(cls, file: BinaryIO, limits: Limits, *, choices: ReadingChoices, known_headers: frozenset[str]) -> Self:
        """The file as text; raises `UploadRefused` if it is none, or in no encoding that can be told."""
        refuse_other_formats(file)
        allow_long_cells(measure(file))
        found = find_encoding(file, choices.encoding)
        delimiter = choices.delimiter or choose_delimiter(read_lines(file, found.encoding), known_headers)
        return cls(file, Form(kind=CSV, encoding=found.encoding, delimiter=delimiter, notes=found.notes))

    @classmethod
    def reopen(cls, file: BinaryIO, limits: Limits, facts: FileFacts) -> Self:
        """The file in the encoding and with the delimiter that are known."""
        return cls(file, Form(kind=CSV, encoding=facts.encoding, delimiter=facts.delimiter))

    def records(self) -> Iterator[Record]:
        """The rows, split as a spreadsheet would."""
        return split_records(read_lines(self._file, self.form.encoding), self.form.delimiter)
