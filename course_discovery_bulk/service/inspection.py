"""The look at a file before it becomes a task: whether it can, and what its first rows and its header are.

`check_file` is what every upload goes through; `look_at` shows the same to somebody who has only picked a file.
Nothing is stored.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import BinaryIO, Final

from course_discovery_bulk import conf
from course_discovery_bulk.columns.evidence import say_what_was_decided
from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.mapping.column_mapping import NO_MAPPING, ColumnMapping
from course_discovery_bulk.mapping.proposing import Match, Reason
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.pipeline.read import Limits, inspect_file, read_chunks
from course_discovery_bulk.pipeline.validate import validate_headers
from course_discovery_bulk.presentation.cells import CellAddresses, PlacedProblem, column_letter
from course_discovery_bulk.problems import Problem, clip
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.profile import ColumnProfile, profile_columns
from course_discovery_bulk.reading.workbook.source import list_sheets
from course_discovery_bulk.service.mappings import Remembered
from course_discovery_bulk.service.matching import Matched, Matcher, samples_of
from course_discovery_bulk.service.words import ColumnWords, find_unknown_words

SHOWN_ROWS: Final = 5
SHOWN_SAMPLES: Final = 3


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """A file that can become a task: what it is, what its columns mean, and what is to be said of it."""

    facts: FileFacts
    mapping: ColumnMapping
    notes: tuple[Problem, ...]


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
    read_sheets: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False, compare=False)
    read_profile: Callable[[], tuple[ColumnProfile, ...]] = field(default=tuple, repr=False, compare=False)
    read_words: Callable[[], tuple[ColumnWords, ...]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The names of a workbook's sheets. The file is read for them, and must be open then."""
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


def check_file(
    file: BinaryIO, matcher: Matcher, choices: ReadingChoices, *, date_order: str | None = None
) -> CheckedFile:
    """A file that can become a task; UploadRefused, with every problem found, if it cannot."""
    facts = _read_facts(file, matcher, choices)
    matched = matcher.match(facts.headers, partial(_first_chunk, file, facts, matcher.operation))
    operation = matcher.operation.reading_by(matched.mapping)
    facts = _with_evidence(facts, file, matcher, choices, operation)
    found = validate_headers(facts.headers, operation, line=facts.header_line)
    if any(item.is_error for item in found):
        raise UploadRefused([*found, *facts.notes, *matched.notes])
    notes = (*facts.notes, *matched.notes, *found, *say_what_was_decided(facts.evidence, date_order))
    return CheckedFile(facts=facts, mapping=matched.mapping, notes=notes)


def look_at(file: BinaryIO, matcher: Matcher, choices: ReadingChoices) -> FileLook:
    """The head of a file with everything that can be said against it now."""
    try:
        facts = _read_facts(file, matcher, choices)
        first_rows = _first_chunk(file, facts, matcher.operation)
        matched = matcher.match(facts.headers, lambda: first_rows)
    except UploadRefused as refusal:
        return replace(refused_look(refusal), read_sheets=partial(_read_sheets, file))
    operation = matcher.operation.reading_by(matched.mapping)
    facts = _with_evidence(facts, file, matcher, choices, operation)
    addresses = CellAddresses(facts.headers, operation.known_headers)
    return FileLook(
        facts=facts,
        header=tuple(_header_cells(facts, matched.matches, first_rows)),
        rows=_shown_rows(_first_chunk(file, facts, operation) if matched.mapping else first_rows, facts),
        problems=addresses.place(
            [
                *facts.notes,
                *matched.notes,
                *validate_headers(facts.headers, operation, line=facts.header_line),
                *say_what_was_decided(facts.evidence, date_order=None),
            ]
        ),
        mapping=matched.mapping,
        remembered=matched.remembered,
        missing=_missing_columns(matched, operation),
        read_sheets=partial(_read_sheets, file),
        read_profile=partial(_read_profile, file, facts, operation),
        read_words=partial(_read_words, file, facts, operation, matcher),
    )


def refused_look(refusal: UploadRefused) -> FileLook:
    """The look at a file that is refused whatever its head says."""
    return FileLook(problems=CellAddresses((), {}).place(refusal.problems))


def _read_facts(file: BinaryIO, matcher: Matcher, choices: ReadingChoices) -> FileFacts:
    try:
        return _inspect(file, matcher, choices, matcher.operation)
    except UploadRefused as refusal:
        raise UploadRefused(_with_header(refusal, matcher)) from refusal


def _with_evidence(
    facts: FileFacts, file: BinaryIO, matcher: Matcher, choices: ReadingChoices, operation: Operation
) -> FileFacts:
    """The facts with how the file writes dates and amounts, which depends on what its columns turned out to mean."""
    if not operation.mapping:
        return facts
    return replace(facts, evidence=_inspect(file, matcher, choices, operation).evidence)


def _inspect(file: BinaryIO, matcher: Matcher, choices: ReadingChoices, operation: Operation) -> FileFacts:
    file.seek(0)
    chosen = conf.read()
    return inspect_file(
        file,
        Limits.from_settings(chosen),
        known_headers=frozenset(matcher.headers_to_look_for()),
        choices=choices,
        columns=operation.columns_by_header,
        site_order=chosen.date_order,
    )


def _with_header(refusal: UploadRefused, matcher: Matcher) -> list[Problem]:
    """What reading found, and what the operation has to say of the column names: a file is refused once."""
    if not refusal.headers:
        return list(refusal.problems)
    told = {(item.code, normalise_header(item.column or "")) for item in refusal.problems}
    matched = matcher.match(refusal.headers, tuple)
    found = validate_headers(refusal.headers, matcher.operation.reading_by(matched.mapping))
    others = [item for item in found if (item.code, normalise_header(item.column or "")) not in told]
    return [*refusal.problems, *others]


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


def _read_sheets(file: BinaryIO) -> tuple[str, ...]:
    """Also of a workbook that is refused as it stands: another sheet of it may do."""
    with suppress(UploadRefused):
        return tuple(sheet.name for sheet in list_sheets(file, Limits.from_settings(conf.read())))
    return ()


def _read_profile(file: BinaryIO, facts: FileFacts, operation: Operation) -> tuple[ColumnProfile, ...]:
    return profile_columns(facts.headers, itertools.chain.from_iterable(_read_rows(file, facts, operation)))


def _read_words(file: BinaryIO, facts: FileFacts, operation: Operation, matcher: Matcher) -> tuple[ColumnWords, ...]:
    rows = itertools.chain.from_iterable(_read_rows(file, facts, operation))
    return find_unknown_words(rows, operation, matcher.context) if matcher.context else ()


def _read_rows(file: BinaryIO, facts: FileFacts, operation: Operation) -> Iterator[list[RawRow]]:
    file.seek(0)
    return read_chunks(file, facts, Limits.from_settings(conf.read()), takes=operation.table_types)


def _first_chunk(file: BinaryIO, facts: FileFacts, operation: Operation) -> list[RawRow]:
    return next(_read_rows(file, facts, operation), [])


def _shown_rows(rows: Sequence[RawRow], facts: FileFacts) -> tuple[FirstRow, ...]:
    names = [normalise_header(text) for text in facts.headers]
    return tuple(
        FirstRow(line=row.line, cells=tuple(row.cells.get(name, "") for name in names)) for row in rows[:SHOWN_ROWS]
    )
