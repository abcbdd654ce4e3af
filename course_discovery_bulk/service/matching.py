"""What the headers of an upload mean: as somebody chose, as they chose it before, or as it is certain anyway.

What is only likely is never taken: the page asks, and over REST such a header stays unread, with a note that names the
column it may mean. Everything that was taken stands in the notes of the task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.columns.headers import IGNORED_HEADERS, has_our_names, is_ours, normalise_header
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.exceptions import DiscoveryError, UploadRefused
from course_discovery_bulk.mapping.checking import check_mapping
from course_discovery_bulk.mapping.column_mapping import NO_MAPPING, ColumnMapping
from course_discovery_bulk.mapping.course_list import course_list_mapping, course_list_note
from course_discovery_bulk.mapping.proposing import Match, Proposer, Reason, SheetColumn
from course_discovery_bulk.mapping.usual_names import headers_for
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.problems import COLUMNS_MATCHED, MAPPING_REMEMBERED, Problem, named_briefly, problem
from course_discovery_bulk.service.mappings import Remembered, find_remembered
from course_discovery_bulk.text.messages import Phrase

MOST_SAMPLES: Final = 20  # different texts of a column that are looked at
Rows = Sequence[RawRow]


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What every header is taken for, and the mapping that reads the file so."""

    mapping: ColumnMapping
    matches: tuple[Match, ...] = ()
    notes: tuple[Problem, ...] = ()
    remembered: Remembered | None = None  # what was applied without being asked for


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Matches the headers of one person's files with the columns of an operation; `chosen` is what they said.

    What is only likely is taken if `takes_likely`: by a page that shows it and sends it back as chosen.
    """

    user: User
    host: str
    operation: Operation
    chosen: ColumnMapping | None = None
    takes_likely: bool = False

    def headers_to_look_for(self) -> set[str]:
        """The headers (normalised) that tell where the header line of a file is, and how its cells are parted."""
        columns = [column.name for column in self.operation.columns]
        return {*self.operation.own_headers, *headers_for(columns), *(self.chosen or NO_MAPPING).headers({})}

    def match(self, headers: Sequence[str], first_rows: Callable[[], Rows]) -> Matched:
        """The meaning of every header, in the order of the file; UploadRefused if what was chosen does not fit it.

        `first_rows` is called only if some header's meaning must be found out.
        """
        remembered = self._remembered(headers)
        if self.chosen is not None and not (remembered and self._reads_alike(headers, remembered.mapping)):
            remembered = None
        usual = course_list_mapping(headers, self.operation.columns)
        base = self.chosen or (remembered.mapping if remembered else usual)
        if problems := [*self._misfits(base, headers)]:
            raise UploadRefused(problems)
        known = self._known(headers, base)
        unknown = [header for header in headers if normalise_header(header) not in known]
        found = self._proposed(unknown, known.values(), base, first_rows) if unknown else {}
        taken = [match for match in found.values() if match.column and (match.is_certain or self.takes_likely)]
        return Matched(
            mapping=base.with_columns({normalise_header(match.header): match.column for match in taken}),
            matches=tuple((known | found)[normalise_header(header)] for header in headers),
            notes=(
                *_remembered_note(remembered),
                *course_list_note(headers, base),
                *_taken_note(match for match in taken if match.is_certain),
            ),
            remembered=remembered,
        )

    def _reads_alike(self, headers: Sequence[str], other: ColumnMapping) -> bool:
        """Whether what was chosen reads the file as another mapping does; a page sends back what it showed."""
        chosen, own = self.chosen or NO_MAPPING, self.operation.own_headers
        names = set(map(normalise_header, headers))
        mine, others = chosen.headers(own), other.headers(own)
        return all(mine.get(name) == others.get(name) for name in names) and (
            (chosen.constants, chosen.values, chosen.joins) == (other.constants, other.values, other.joins)
        )

    def _remembered(self, headers: Sequence[str]) -> Remembered | None:
        """What fitted these headers before, unless the operation has changed since."""
        is_plain = all(normalise_header(header) in self.operation.own_headers for header in headers)
        if is_plain or has_our_names(headers):
            return None
        found = find_remembered(self.user, self.operation.type, headers)
        return found if found and not [*self._misfits(found.mapping, headers)] else None

    def _misfits(self, mapping: ColumnMapping, headers: Sequence[str]) -> Iterator[Problem]:
        return check_mapping(mapping, headers, self.operation.own_headers, Phrase(self.operation.label))

    def _known(self, headers: Sequence[str], base: ColumnMapping) -> dict[str, Match]:
        """The headers that need no guess, normalised: chosen ones, our columns' own names, our result columns."""
        own, meant = self.operation.own_headers, base.headers({})
        is_usual = base.columns == course_list_mapping(headers, self.operation.columns).columns
        chosen = Reason.CHOSEN if self.chosen is not None else Reason.USUAL_NAME if is_usual else Reason.REMEMBERED
        ours = IGNORED_HEADERS if is_ours(headers) else frozenset[str]()
        known: dict[str, Match] = {}
        for header in headers:
            name = normalise_header(header)
            if name in base.columns or name in meant:
                column = meant.get(name, "")
                reason = Reason.NAME if column and own.get(name) == column else chosen
                known[name] = Match(header=header, column=column, reason=reason, is_certain=True)
            elif name in own:
                known[name] = Match(header=header, column=own[name], reason=Reason.NAME, is_certain=True)
            elif not name or name in ours:
                known[name] = Match(header=header, reason=Reason.OURS, is_certain=True)
        return known

    def _proposed(
        self, headers: Sequence[str], known: Iterable[Match], base: ColumnMapping, first_rows: Callable[[], Rows]
    ) -> dict[str, Match]:
        taken = {*base.constants, *(match.column for match in known)}
        proposer = Proposer(
            columns=[column for column in self.operation.columns if column.name not in taken],
            needed=(*self.operation.required, *self.operation.either),
            context=self.context,
        )
        rows = first_rows()
        counts = Counter(map(normalise_header, headers))
        sheet = [
            SheetColumn(header=header, samples=samples_of(rows, header))
            for header in {normalise_header(header): header for header in reversed(headers)}.values()
        ]
        found = {normalise_header(match.header): match for match in proposer.propose(sheet[::-1])}
        # Of several columns with one name nobody can say which is meant.
        return {
            name: match if match.is_certain or counts[name] == 1 else Match(header=match.header, reason=Reason.NONE)
            for name, match in found.items()
        }

    @cached_property
    def context(self) -> Context | None:
        """What cells are compared with; None if the catalog cannot be asked now, and names alone must do."""
        try:
            return Context(lookups=viewpoint_of(self.user, self.host).lookups)
        except DiscoveryError:
            return None


def samples_of(rows: Rows, header: str) -> tuple[str, ...]:
    """Different texts below a header, in the order of the rows."""
    name = normalise_header(header)
    texts = dict.fromkeys(text for row in rows if (text := row.cells.get(name, "")))
    return tuple(texts)[:MOST_SAMPLES]


def _remembered_note(remembered: Remembered | None) -> tuple[Problem, ...]:
    return (problem(MAPPING_REMEMBERED, source=remembered.source),) if remembered else ()


def _taken_note(taken: Iterable[Match]) -> tuple[Problem, ...]:
    pairs = [f"“{match.header.strip()}” = {match.column}" for match in taken]
    return (problem(COLUMNS_MATCHED, columns=named_briefly(pairs)),) if pairs else ()
