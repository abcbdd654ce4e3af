"""The seam between a file and its rows: a `Source` turns the bytes of one input format into records.

A new format is one class here beside the others, and one entry in `sources`. Everything after a source sees records
and does not know where they come from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

from course_discovery_bulk.data import FileFacts
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.limits import Limits
from course_discovery_bulk.reading.splitting import Record


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a source found out about the file before it reads any row."""

    kind: str  # csv, xlsx, ods or xls
    encoding: str  # of a workbook, its kind: it brings its own
    delimiter: str = ""  # of a CSV file
    sheet: str = ""  # of a workbook: the name of the sheet that is read
    notes: tuple[Problem, ...] = ()


class Source(ABC):
    """One file, open for reading from its beginning to its end, once. `close` it after use."""

    form: Form
    is_sheet: bool  # every row has all columns, so a shorter one is no problem

    @classmethod
    @abstractmethod
    def find(
        cls, file: BinaryIO, limits: Limits, *, choices: ReadingChoices, known_headers: frozenset[str]
    ) -> Self | None:
        """The file as one of this format; None if it is another one.

        Raises `UploadRefused` for a file of this format that cannot be read. `known_headers` (normalised) help to tell
        forms of a format apart.
        """

    @classmethod
    @abstractmethod
    def reopen(cls, file: BinaryIO, limits: Limits, facts: FileFacts) -> Self:
        """A file of which the facts are known: nothing is found out again."""

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """The rows with their true numbers, the header among them; blank ones are left out."""

    def is_hidden_column(self, position: int) -> bool:
        """Whether nobody who looks at the file sees the column."""
        return False

    def close(self) -> None:  # noqa: B027 - most sources hold nothing
        """Let go of what reading took."""
