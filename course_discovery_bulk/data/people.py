"""People who teach, as far as cells name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from course_discovery_bulk.data.lookups import Entry
from course_discovery_bulk.text.folding import fold


@dataclass(frozen=True, kw_only=True)
class FoundPeople:
    """What was found for the names of cells, which are folded; the first alias of a person is the slug."""

    by_name: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    close: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # slugs of people whose names look alike

    def matches(self, name: str) -> tuple[Entry, ...]:
        """Everybody who is called that: none is a miss, more than one is ambiguous."""
        return self.by_name.get(fold(name), ())
