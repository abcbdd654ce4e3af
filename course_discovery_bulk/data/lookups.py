"""Everything a cell may name: organizations, types, subjects and the like, as discovery lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from course_discovery_bulk.text.folding import fold, loosen
from course_discovery_bulk.text.nearest import LONGEST_NAME, nearest

MOST_SUGGESTED: Final = 3  # names for one text
MOST_REMEMBERED: Final = 5_000  # texts whose suggestions are kept, so that each is compared with all names once


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing a cell may name: `key` is what is sent, the rest are other names for it."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, self.name, *self.aliases)


class LookupTable:
    """The entries of one kind, found by any of their names without regard to case."""

    def __init__(self, what: str, entries: Iterable[Entry]) -> None:
        self.what = what
        self.entries = tuple(entries)
        self._by_name: dict[str, dict[str, Entry]] = {}
        for entry in self.entries:
            for name in entry.names:
                self._by_name.setdefault(fold(name), {})[entry.key] = entry
        self._names = tuple(self._by_name)
        self._suggested: dict[str, list[str]] = {}

    def find(self, text: str) -> tuple[Entry, ...]:
        """All entries of that name: none is a miss, more than one is ambiguous. A key wins over other names."""
        found = self._by_name.get(fold(text), {})
        exact = [entry for entry in found.values() if fold(entry.key) == fold(text)]
        return tuple(exact) or tuple(found.values())

    def find_as_typed(self, text: str) -> tuple[Entry, ...]:
        """As `find`; if nothing is found, the entries whose names differ only in hyphens, or in `&` for `and`."""
        found = self.find(text)
        return found if found or len(text) > LONGEST_NAME else tuple(self._by_typing.get(loosen(text), {}).values())

    @cached_property
    def _by_typing(self) -> dict[str, dict[str, Entry]]:
        found: dict[str, dict[str, Entry]] = {}
        for entry in self.entries:
            for name in entry.names:
                found.setdefault(loosen(name), {})[entry.key] = entry
        return found

    @cached_property
    def names_with_commas(self) -> frozenset[str]:
        """The names, folded, that a list of names would part."""
        return frozenset(name for name in self._names if "," in name)

    def get(self, key: str) -> Entry | None:
        """The entry of exactly this key, any case."""
        return next((entry for entry in self.find(key) if fold(entry.key) == fold(key)), None)

    def suggest(self, text: str) -> list[str]:
        """Up to three display names that look like the text, best first; none for a text too long to be a name."""
        if len(text) > LONGEST_NAME:
            return []
        folded = fold(text)
        if folded not in self._suggested:
            if len(self._suggested) >= MOST_REMEMBERED:
                self._suggested.clear()
            self._suggested[folded] = self._look_alikes(folded)
        return self._suggested[folded]

    def _look_alikes(self, folded: str) -> list[str]:
        close = nearest(folded, self._names, most=MOST_SUGGESTED)
        names = [entry.name for name in close for entry in self._by_name[name].values()]
        return list(dict.fromkeys(names))[:MOST_SUGGESTED]


@dataclass(frozen=True, kw_only=True)
class Lookups:
    """Everything a file may refer to by name, as the uploader sees it; fetched once per task."""

    organizations: LookupTable
    course_types: LookupTable  # facts: entitlement_modes, run_types (uuids), paid_modes
    run_types: LookupTable  # facts: modes
    subjects: LookupTable
    level_types: LookupTable
    languages: LookupTable
    program_types: LookupTable
    sources: LookupTable
    collaborators: LookupTable
    uploader_is_staff: bool
    # Paths of the fields that the service's forms offer; None where that is not known.
    fields: frozenset[str] | None = None
    # Not all people that there are, only those whose slugs are needed to show what is there.
    people: LookupTable = field(default_factory=lambda: LookupTable("person", ()))

    def knowing(self, people: Iterable[Entry]) -> Lookups:
        """The same with these people."""
        return replace(self, people=LookupTable(self.people.what, people))
