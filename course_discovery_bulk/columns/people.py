"""Cells that name people who teach: by UUID, by slug, or by their whole name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.columns.list_cells import read_list
from course_discovery_bulk.columns.lists import ListValue, join_list
from course_discovery_bulk.data import FoundPeople, Lookups, fold
from course_discovery_bulk.problems import (
    ADDED_AND_REMOVED,
    AMBIGUOUS_VALUE,
    UNKNOWN_VALUE,
    Problem,
    suggestion,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_WHAT = _("person")


@dataclass(frozen=True, kw_only=True)
class PeopleList(Kind):
    """Several people in order; the value is a ListValue of what the cell calls them, and of UUIDs once they are found.

    There are too many people for a list of all, so each is looked up when the row is planned.
    """

    name: ClassVar[str] = _("list of people")
    is_list: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        parts = read_list(cell)
        return Parsed(problems=(parts,)) if isinstance(parts, Problem) else Parsed(value=parts)

    def emptied(self) -> list[str]:
        return []

    def people_named(self, value: Any) -> tuple[str, ...]:
        return value.all_items() if isinstance(value, ListValue) else ()

    def with_people(self, value: Any, cell: Cell, people: FoundPeople) -> Parsed:
        if not isinstance(value, ListValue):
            return Parsed(value=value)
        names = value.all_items()
        unknown = [name for name in names if not people.matches(name)]
        shared = [name for name in names if len(people.matches(name)) > 1]
        problems = (
            *cell.problem_of(unknown, lambda item: _unknown(item, people)),
            *cell.problem_of(shared, lambda item: _ambiguous(item, people)),
        )
        if problems:
            return Parsed(problems=problems)
        found = value.renamed({name: people.matches(name)[0].key for name in names})
        if set(found.added) & set(found.removed):
            return Parsed(problems=(cell.problem(ADDED_AND_REMOVED),))
        return Parsed(value=found)

    def show(self, value: Any, lookups: Lookups) -> str:
        """By slug, which says who is meant and can be read; by UUID where no more is known of somebody."""
        known = {entry.key: entry.aliases[0] for entry in lookups.people.entries if entry.aliases}
        return join_list(known.get(uuid, uuid) for uuid in value or ())


def _unknown(cell: Cell, people: FoundPeople) -> Problem:
    advice = Phrase(_("Write the whole name as the catalog has it, or the person's slug or UUID."))
    close = suggestion(list(people.close.get(fold(cell.text), ())))
    return cell.problem(UNKNOWN_VALUE, what=Phrase(_WHAT), suggestion=close, allowed=advice)


def _ambiguous(cell: Cell, people: FoundPeople) -> Problem:
    matches = ", ".join((*entry.aliases, entry.key)[0] for entry in people.matches(cell.text)[:5])
    return cell.problem(AMBIGUOUS_VALUE, what=Phrase(_WHAT), matches=matches)
