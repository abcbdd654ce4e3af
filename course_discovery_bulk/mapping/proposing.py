"""Which column each header of a file most likely means, why, and whether that is certain enough to need no question.

Names are asked first: the column's own and its aliases, then the usual names for it, then names spelled almost like
one. What the cells hold confirms a name or casts doubt on it, and speaks alone where no name fits. A column goes to the
header with the strongest claim; where two headers claim it equally, neither is certain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz, process

from course_discovery_bulk.columns.base import Column, Context
from course_discovery_bulk.columns.headers import IGNORED_HEADERS, is_ours, normalise_header
from course_discovery_bulk.mapping.evidence import CONTRADICTED, CONVINCING, share_read
from course_discovery_bulk.mapping.header_forms import forms_of, plain_form
from course_discovery_bulk.mapping.usual_names import LIKELY, SURE, names_in

_ALMOST: Final = 88  # of 100: how alike two spellings must be to be worth a question
_SHORTEST_SPELLED: Final = 4  # letters; shorter names are like too many others


class Reason(StrEnum):
    """Why a header is thought to mean a column, the strongest first."""

    CHOSEN = "chosen"  # somebody said so for this upload
    REMEMBERED = "remembered"  # it was chosen for an earlier sheet with the same headers
    NAME = "name"  # it is the column's own name, or an alias of it
    USUAL_NAME = "usual_name"
    SPELLING = "spelling"  # almost one of these names
    POSSIBLE_NAME = "possible_name"  # a name that often means the column
    CONTENT = "content"  # the cells hold such values
    NONE = "none"  # it means no column
    OURS = "ours"  # a column of our own result files, left alone


_STRENGTH: Final = {reason: strength for strength, reason in enumerate(reversed(list(Reason)))}
_CERTAIN: Final = frozenset({Reason.NAME, Reason.USUAL_NAME, Reason.OURS})


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """One column of a file: its header as written, and some of the texts below it."""

    header: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a header of the file is taken for. `column` is the name of one of ours; empty leaves the header out."""

    header: str
    column: str = ""
    reason: Reason = Reason.NONE
    is_certain: bool = False
    others: tuple[str, ...] = ()  # columns that it could mean as well, the likeliest first


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """That the header at a position means a column."""

    position: int
    column: str
    reason: Reason
    share: float | None  # of its cells that are values of the column

    @property
    def strength(self) -> tuple[int, float]:
        """What is compared; cells that are no such values weaken any claim but a column's own name."""
        is_doubted = self.reason != Reason.NAME and self.share is not None and self.share < CONTRADICTED
        return (-1 if is_doubted else _STRENGTH[self.reason]), self.share or 0.0

    @property
    def is_certain(self) -> bool:
        return self.reason in _CERTAIN and self.strength[0] >= 0

    def equals(self, other: _Claim) -> bool:
        return self.strength[0] == other.strength[0]


@dataclass(frozen=True, kw_only=True)
class Proposer:
    """Proposes columns of one operation: `needed` names those of which a file must have all, or one of them."""

    columns: Sequence[Column]
    needed: Collection[str]
    context: Context | None  # None: cells say nothing

    def propose(self, sheet: Sequence[SheetColumn]) -> tuple[Match, ...]:
        """A match for every header, in the order of the file."""
        ours = IGNORED_HEADERS if is_ours(item.header for item in sheet) else frozenset[str]()
        claims = [
            claim
            for position, item in enumerate(sheet)
            if normalise_header(item.header) not in ours
            for claim in self._claims(position, item)
        ]
        claims.sort(key=lambda claim: claim.strength, reverse=True)
        taken = _assign(claims)
        return tuple(
            Match(header=item.header, reason=Reason.OURS, is_certain=True)
            if normalise_header(item.header) in ours
            else self._match(position, item, taken.get(position), claims)
            for position, item in enumerate(sheet)
        )

    def _claims(self, position: int, item: SheetColumn) -> Iterator[_Claim]:
        told = set[str]()
        for column, reason in self._reasons(item):
            if column.name not in told:
                told.add(column.name)
                yield _Claim(
                    position=position, column=column.name, reason=reason, share=self._share(column, item.samples)
                )

    def _reasons(self, item: SheetColumn) -> Iterator[tuple[Column, Reason]]:
        forms = tuple(forms_of(item.header))
        for names, reason in (
            (self._own_names, Reason.NAME),
            (self._sure_names, Reason.USUAL_NAME),
            (self._likely_names, Reason.POSSIBLE_NAME),
        ):
            for name in next((names[form] for form in forms if form in names), ()):
                yield self._by_name[name], reason
        yield from ((self._by_name[name], Reason.SPELLING) for name in self._spelled_like(forms))
        yield from ((column, Reason.CONTENT) for column in self.columns if self._convinces(column, item.samples))

    def _convinces(self, column: Column, samples: Sequence[str]) -> bool:
        """Whether cells alone are worth a question: there are dates and addresses in every sheet, but few subjects."""
        if not (column.kind.is_one_of_allowed or column.name in self.needed):
            return False
        share = self._share(column, samples)
        return share is not None and share >= CONVINCING

    def _share(self, column: Column, samples: Sequence[str]) -> float | None:
        return share_read(column, samples, self.context) if self.context else None

    def _spelled_like(self, forms: Iterable[str]) -> Iterator[str]:
        names = {**self._sure_names, **self._own_names}
        for form in forms:
            if len(form) >= _SHORTEST_SPELLED:
                for name, _score, _place in process.extract(form, list(names), scorer=fuzz.ratio, score_cutoff=_ALMOST):
                    yield from names[name]

    def _match(self, position: int, item: SheetColumn, claim: _Claim | None, claims: Sequence[_Claim]) -> Match:
        others = tuple(other.column for other in claims if other.position == position)
        if claim is None:
            return Match(header=item.header, others=others)
        rivals = (other for other in claims if other.column == claim.column and other.position != position)
        return Match(
            header=item.header,
            column=claim.column,
            reason=claim.reason,
            is_certain=claim.is_certain and not any(map(claim.equals, rivals)),
            others=tuple(column for column in others if column != claim.column),
        )

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def _own_names(self) -> dict[str, tuple[str, ...]]:
        return _columns_by_name({column.name: (column.name, *column.aliases) for column in self.columns})

    @cached_property
    def _sure_names(self) -> dict[str, tuple[str, ...]]:
        return _columns_by_name({name: names for name, names in names_in(SURE).items() if name in self._by_name})

    @cached_property
    def _likely_names(self) -> dict[str, tuple[str, ...]]:
        return _columns_by_name({name: names for name, names in names_in(LIKELY).items() if name in self._by_name})


def _columns_by_name(names: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column, given in names.items():
        for name in given:
            form = plain_form(name)
            found[form] = (*found.get(form, ()), column)
    return found


def _assign(claims: Sequence[_Claim]) -> dict[int, _Claim]:
    """The claims that win, one a header and one a column; the claims come with the strongest first."""
    taken: dict[int, _Claim] = {}
    columns = set[str]()
    for claim in claims:
        if claim.position not in taken and claim.column not in columns and claim.strength[0] >= 0:
            taken[claim.position] = claim
            columns.add(claim.column)
    return taken
