"""The look at a file before it becomes a task: whether it can, and what its first rows and its header are.

It is read as an upload would be. Nothing is stored.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any, BinaryIO, Final

from course_discovery_bulk import conf
from course_discovery_bulk.columns.headers import cell_names
from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.mapping.column_mapping import NO_MAPPING, ColumnMapping
from course_discovery_bulk.mapping.proposing import Match, Reason
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.pipeline.fitting import find_better_operation
from course_discovery_bulk.pipeline.read import Limits, read_chunks
from course_discovery_bulk.presentation.cells import CellAddresses, PlacedProblem, column_letter
from course_discovery_bulk.problems import clip
from course_discovery_bulk.reading.profile import ColumnProfile, profile_columns
from course_discovery_bulk.reading.workbook.answers import Sheet
from course_discovery_bulk.reading.workbook.source import list_sheets
from course_discovery_bulk.service.mappings import Remembered
from course_discovery_bulk.service.matching import Matched, Matcher, samples_of
from course_discovery_bulk.service.reading import ReadFile, first_rows, read_file
from course_discovery_bulk.service.recalling import Recalled
from course_discovery_bulk.service.words import ColumnWords, find_unknown_words

SHOWN_ROWS: Final = 5
SHOWN_SAMPLES: Final = 3


@dataclass(frozen=True, kw_only=True)
class HeaderCell:
    """A cell of the header line: where it stands, what it says, and the column it means (empty for none)."""

    letter: str
    text: str
    column: str
    is_ours: bool  # a column of our own result files, known and left alone
    proposed: str  # the same, or the column that it may mean: one that must be confirmed
    is_certain: bool
    reason: Reason
    samples: tuple[str, ...]  # a few different texts below it
    others: tuple[str, ...]  # columns that it could mean as well


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
    mapping: ColumnMapping = NO_MAPPING
    remembered: Remembered | None = None  # the mapping that was applied because it fitted before
    missing: tuple[str, ...] = ()  # required columns for which the file has nothing, not even a likely header
    recalled: Recalled | None = None  # the choices about reading that were made for an earlier file
    better_operation: str = ""  # the operation that fits the headers better than the one that was chosen
    read_sheets: Callable[[], tuple[Sheet, ...]] = field(default=tuple, repr=False, compare=False)
    read_profile: Callable[[], tuple[ColumnProfile, ...]] = field(default=tuple, repr=False, compare=False)
    read_words: Callable[[], tuple[ColumnWords, ...]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of a workbook, with sizes if it tells them. The file is read for them, and must be open then."""
        return self.read_sheets()

    @cached_property
    def profile(self) -> tuple[ColumnProfile, ...]:
        """What each column holds. The file is read for it when it is first asked for, and must be open then."""
        return self.read_profile()

    @cached_property
    def unknown_words(self) -> tuple[ColumnWords, ...]:
        """Texts that are none of the values to choose from. The file is read for them, and must be open then."""
        return self.read_words()

    @property
    def is_acceptable(self) -> bool:
        return self.facts is not None and not any(placed.problem.is_error for placed in self.problems)


def look_at(file: BinaryIO, matcher: Matcher, options: Mapping[str, Any]) -> FileLook:
    """The head of a file with everything that can be said against it now; `options` are those of the upload."""
    try:
        found = read_file(file, matcher, options)
    except UploadRefused as refusal:
        return replace(refused_look(refusal), read_sheets=partial(_read_sheets, file))
    facts, operation = found.facts, found.operation
    rows = first_rows(file, facts, operation)
    all_rows = cache(partial(_read_rows, file, facts, operation))
    addresses = CellAddresses(facts.headers, operation.known_headers)
    return FileLook(
        facts=facts,
        header=tuple(_header_cells(facts, found.matched.matches, rows)),
        rows=_shown_rows(rows, facts),
        problems=addresses.place([*found.notes, *found.header_problems]),
        mapping=found.matched.mapping,
        remembered=found.matched.remembered,
        recalled=found.recalled,
        missing=_missing_columns(found.matched, operation),
        better_operation=_better_operation(found),
        read_sheets=partial(_read_sheets, file),
        read_profile=lambda: profile_columns(facts.headers, all_rows()),
        read_words=lambda: find_unknown_words(all_rows(), operation, matcher.context) if matcher.context else (),
    )


def refused_look(refusal: UploadRefused) -> FileLook:
    """The look at a file that is refused whatever its head says."""
    return FileLook(problems=CellAddresses((), {}).place(refusal.problems))


def _header_cells(facts: FileFacts, matches: Sequence[Match], rows: Sequence[RawRow]) -> list[HeaderCell]:
    return [
        HeaderCell(
            letter=column_letter(position),
            text=text,
            column=match.column if match.is_certain else "",
            is_ours=match.reason == Reason.OURS,
            proposed=match.column,
            is_certain=match.is_certain,
            reason=match.reason,
            samples=tuple(clip(sample) or "" for sample in samples_of(rows, text)[:SHOWN_SAMPLES]),
            others=match.others,
        )
        for position, (text, match) in enumerate(zip(facts.headers, matches, strict=True))
    ]


def _missing_columns(matched: Matched, operation: Operation) -> tuple[str, ...]:
    """The required columns that no header feeds, not even as a guess, and that have no value for all rows."""
    given = {*matched.mapping.constants, *matched.mapping.joins, *(match.column for match in matched.matches)}
    return tuple(name for name in operation.required if name not in given)


def _better_operation(found: ReadFile) -> str:
    """The operation that fits the headers better than the chosen one; empty if none does."""
    other = None if found.operation.mapping else find_better_operation(found.facts.headers, found.operation)
    return other.type if other else ""


def _read_sheets(file: BinaryIO) -> tuple[Sheet, ...]:
    """Also of a workbook that is refused as it stands: another sheet of it may do."""
    with suppress(UploadRefused):
        return list_sheets(file, Limits.from_settings(conf.read()))
    return ()


def _read_rows(file: BinaryIO, facts: FileFacts, operation: Operation) -> list[RawRow]:
    file.seek(0)
    chunks = read_chunks(file, facts, Limits.from_settings(conf.read()), takes=operation.table_types)
    return list(itertools.chain.from_iterable(chunks))


def _shown_rows(rows: Sequence[RawRow], facts: FileFacts) -> tuple[FirstRow, ...]:
    names = cell_names(facts.headers)
    return tuple(
        FirstRow(line=row.line, cells=tuple(row.cells.get(name, "") for name in names)) for row in rows[:SHOWN_ROWS]
    )
