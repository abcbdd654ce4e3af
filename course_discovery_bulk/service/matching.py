"""What the headers of an upload mean: as somebody chose, as they chose it before, or as it is certain anyway.

What is only likely is never taken: the page asks, and over REST such a header stays unread, with a note that names the
column it may mean. Everything that was taken stands in the notes of the task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.columns.headers import IGNORED_HEADERS, is_ours, normalise_header
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.exceptions import DiscoveryError
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.mapping.proposing import Match, Proposer, Reason, SheetColumn
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.problems import COLUMNS_MATCHED, MAPPING_REMEMBERED, Problem, named_briefly, problem
from course_discovery_bulk.service.mappings import Remembered

MOST_SAMPLES: Final = 20  # different texts of a column that are looked at
Cells = Sequence[RawRow]


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What every header is taken for, and the mapping that reads the file so."""

    mapping: ColumnMapping
    matches: tuple[Match, ...]
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Matches the headers of files of one person; `first_rows` is asked for only if there is something to find out."""

    user: User
    host: str
    operation: Operation

    def match(
        self,
        headers: Sequence[str],
        first_rows: Callable[[], Cells],
        *,
        chosen: ColumnMapping | None,
        remembered: Remembered | None,
    ) -> Matched:
        """The meaning of every header, in the order of the file."""
        base = chosen if chosen is not None else remembered.mapping if remembered else ColumnMapping()
        reason = Reason.CHOSEN if chosen is not None else Reason.REMEMBERED
        known = self._known(headers, base, reason)
        open_headers = [header for header in headers if normalise_header(header) not in known]
        proposed = self._proposed(open_headers, known.values(), base, first_rows) if open_headers else {}
        matches = tuple((known | proposed)[normalise_header(header)] for header in headers)
        certain = {normalise_header(match.header): match.column for match in proposed.values() if is_taken(match)}
        return Matched(
            mapping=base.with_columns(certain),
            matches=matches,
            notes=(
                *(_remembered_note(remembered) if chosen is None and remembered else ()),
                *_matched_note(match for match in proposed.values() if is_taken(match)),
            ),
        )

    def _known(self, headers: Sequence[str], base: ColumnMapping, reason: Reason) -> dict[str, Match]:
        """The headers that need no guess, normalised: chosen ones, our columns' own names, our result columns."""
        own, meant = self.operation.own_headers, base.headers({})
        ours = IGNORED_HEADERS if is_ours(headers) else frozenset[str]()
        known: dict[str, Match] = {}
        for header in headers:
            name = normalise_header(header)
            if name in base.columns or name in meant:
                column = meant.get(name, "")
                known[name] = Match(header=header, column=column, reason=reason, is_certain=True)
            elif name in own:
                known[name] = Match(header=header, column=own[name], reason=Reason.NAME, is_certain=True)
            elif not name or name in ours:
                known[name] = Match(header=header, reason=Reason.OURS, is_certain=True)
        return known

    def _proposed(
        self,
        headers: Sequence[str],
        known: Iterable[Match],
        base: ColumnMapping,
        first_rows: Callable[[], Cells],
    ) -> dict[str, Match]:
        taken = {*base.constants, *(match.column for match in known)}
        proposer = Proposer(
            columns=[column for column in self.operation.columns if column.name not in taken],
            needed=(*self.operation.required, *self.operation.either),
            context=self._context(),
        )
        rows = first_rows()
        sheet = [SheetColumn(header=header, samples=_samples(rows, header)) for header in headers]
        return {normalise_header(match.header): match for match in proposer.propose(sheet)}

    def _context(self) -> Context | None:
        """What cells are compared with; None if the catalog cannot be asked now, and names alone must do."""
        try:
            return Context(lookups=viewpoint_of(self.user, self.host).lookups)
        except DiscoveryError:
            return None


def is_taken(match: Match) -> bool:
    """Whether a proposal is used without a question."""
    return bool(match.column) and match.is_certain


def _samples(rows: Cells, header: str) -> tuple[str, ...]:
    name = normalise_header(header)
    texts = dict.fromkeys(text for row in rows if (text := row.cells.get(name, "")))
    return tuple(texts)[:MOST_SAMPLES]


def _remembered_note(remembered: Remembered) -> tuple[Problem, ...]:
    return (problem(MAPPING_REMEMBERED, source=remembered.source),)


def _matched_note(taken: Iterable[Match]) -> tuple[Problem, ...]:
    pairs = [f"“{match.header.strip()}” = {match.column}" for match in taken]
    return (problem(COLUMNS_MATCHED, columns=named_briefly(pairs)),) if pairs else ()
