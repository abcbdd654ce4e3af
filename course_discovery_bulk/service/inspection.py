"""The look at a file before it becomes a task: whether it can, and what its first rows and its header are.

`check_file` is what every upload goes through; `look_at` shows the same to somebody who has only picked a file.
Nothing is stored.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import BinaryIO, Final

from course_discovery_bulk import conf
from course_discovery_bulk.columns.headers import IGNORED_HEADERS, is_ours, normalise_header
from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.pipeline.read import Limits, inspect_file, read_chunks
from course_discovery_bulk.pipeline.validate import validate_headers
from course_discovery_bulk.presentation.cells import CellAddresses, PlacedProblem, column_letter
from course_discovery_bulk.problems import Problem
from course_discovery_bulk.reading.choices import NO_CHOICES, ReadingChoices
from course_discovery_bulk.reading.profile import ColumnProfile, profile_columns

SHOWN_ROWS: Final = 5


@dataclass(frozen=True, kw_only=True)
class HeaderCell:
    """A cell of the header line: where it stands, what it says, and the column it means (empty for none)."""

    letter: str
    text: str
    column: str
    is_ours: bool  # a column of our own result files, known and left alone


@dataclass(frozen=True, kw_only=True)
class FirstRow:
    """One of the first rows: its number in a spreadsheet, and a text below every header cell."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FileLook:
    """What can be said of a file at once; without facts where it cannot even be read."""

    facts: FileFacts | None = None
    header: tuple[HeaderCell, ...] = ()
    rows: tuple[FirstRow, ...] = ()
    problems: tuple[PlacedProblem, ...] = ()
    read_profile: Callable[[], tuple[ColumnProfile, ...]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def profile(self) -> tuple[ColumnProfile, ...]:
        """What each column holds. The file is read for it when it is first asked for, and must be open then."""
        return self.read_profile()

    @property
    def is_acceptable(self) -> bool:
        return self.facts is not None and not any(placed.problem.is_error for placed in self.problems)


def check_file(file: BinaryIO, operation: Operation, choices: ReadingChoices) -> tuple[FileFacts, tuple[Problem, ...]]:
    """The facts and notes of a file that can become a task; UploadRefused, with every problem found, if it cannot."""
    facts = _read_facts(file, operation, choices)
    found = validate_headers(facts.headers, operation)
    if any(item.is_error for item in found):
        raise UploadRefused(found)
    return facts, (*facts.notes, *found)


def look_at(file: BinaryIO, operation: Operation, choices: ReadingChoices = NO_CHOICES) -> FileLook:
    """The head of a file with everything that can be said against it now."""
    try:
        facts = _read_facts(file, operation, choices)
    except UploadRefused as refusal:
        return refused_look(refusal)
    addresses = CellAddresses(facts.headers, operation.known_headers)
    return FileLook(
        facts=facts,
        header=tuple(_header_cells(facts, operation)),
        rows=_first_rows(file, facts),
        problems=addresses.place([*facts.notes, *validate_headers(facts.headers, operation)]),
        read_profile=partial(_read_profile, file, facts),
    )


def refused_look(refusal: UploadRefused) -> FileLook:
    """The look at a file that is refused whatever its head says."""
    return FileLook(problems=CellAddresses((), {}).place(refusal.problems))


def _read_facts(file: BinaryIO, operation: Operation, choices: ReadingChoices) -> FileFacts:
    file.seek(0)
    limits = Limits.from_settings(conf.read())
    try:
        return inspect_file(file, limits, known_headers=frozenset(operation.known_headers), choices=choices)
    except UploadRefused as refusal:
        raise UploadRefused(_with_header(refusal, operation)) from refusal


def _with_header(refusal: UploadRefused, operation: Operation) -> list[Problem]:
    """What reading found, and what the operation has to say of the column names: a file is refused once."""
    told = {(item.code, normalise_header(item.column or "")) for item in refusal.problems}
    found = validate_headers(refusal.headers, operation) if refusal.headers else []
    others = [item for item in found if (item.code, normalise_header(item.column or "")) not in told]
    return [*refusal.problems, *others]


def _header_cells(facts: FileFacts, operation: Operation) -> list[HeaderCell]:
    known = operation.known_headers
    left_alone = IGNORED_HEADERS if is_ours(facts.headers) else ()
    return [
        HeaderCell(
            letter=column_letter(position),
            text=text,
            column=known.get(normalise_header(text), ""),
            is_ours=normalise_header(text) in left_alone,
        )
        for position, text in enumerate(facts.headers)
    ]


def _read_profile(file: BinaryIO, facts: FileFacts) -> tuple[ColumnProfile, ...]:
    return profile_columns(facts.headers, itertools.chain.from_iterable(_read_rows(file, facts)))


def _read_rows(file: BinaryIO, facts: FileFacts) -> Iterator[list[RawRow]]:
    file.seek(0)
    return read_chunks(file, facts, Limits.from_settings(conf.read()))


def _first_rows(file: BinaryIO, facts: FileFacts) -> tuple[FirstRow, ...]:
    names = [normalise_header(text) for text in facts.headers]
    chunk = next(_read_rows(file, facts), [])
    return tuple(
        FirstRow(line=row.line, cells=tuple(row.cells.get(name, "") for name in names)) for row in chunk[:SHOWN_ROWS]
    )
