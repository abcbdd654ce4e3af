"""Cells that name something: a fixed word, or a thing that discovery knows by name, slug, key or UUID."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.columns.entities import read_entities, spell_entities
from course_discovery_bulk.columns.list_cells import ENDS_OF_NAMES, read_list, torn_names
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.shown_names import show_name, show_names
from course_discovery_bulk.columns.whole_names import parted_names, put_together
from course_discovery_bulk.data import Entry, Evidence, Lookups, LookupTable, fold
from course_discovery_bulk.problems import (
    AMBIGUOUS_VALUE,
    FORBIDDEN,
    MOST_NAMED,
    SPLIT_NAME,
    UNKNOWN_VALUE,
    Problem,
    clip,
    suggestion,
)
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.folding import loosen
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.text.nearest import nearest


@dataclass(frozen=True, kw_only=True)
class Choice(Kind):
    """One of a few fixed words; `words` maps what a cell says (any case) to what is sent."""

    words: Mapping[str, str]
    what: str
    name: ClassVar[str] = _("choice")
    is_one_of_allowed: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        by_word = {_plain(word): value for word, value in self.words.items()}
        by_word.update({_plain(value): value for value in self.words.values()})
        value = by_word.get(_plain(cell.text))
        if value is not None:
            return Parsed(value=value)
        close = nearest(_plain(cell.text), [_plain(word) for word in self.words], most=2)
        names = [word for word in self.words if _plain(word) in close] or list(self.words)
        allowed = _choose_from(tuple(self.words))
        found = cell.problem(UNKNOWN_VALUE, what=Phrase(self.what), suggestion=suggestion(names), allowed=allowed)
        return Parsed(problems=(found,))

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        return tuple(self.words)

    def show(self, value: Any, lookups: Lookups) -> str:
        return next((word for word, sent in self.words.items() if sent == value), "")


@dataclass(frozen=True, kw_only=True)
class Name(Kind):
    """One thing of a lookup table; the value is its Entry."""

    table: str
    name: ClassVar[str] = _("name")
    is_one_of_allowed: ClassVar[bool] = True
    comparison: ClassVar[Comparison] = Comparison.CASELESS

    def parse(self, cell: Cell, context: Context) -> Parsed:
        found = find_entry(cell, table_of(context.lookups, self.table))
        return Parsed(problems=(found,)) if isinstance(found, Problem) else Parsed(value=found)

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        return tuple(entry.name for entry in table_of(lookups, self.table).entries)

    def show(self, value: Any, lookups: Lookups) -> str:
        table = table_of(lookups, self.table)
        entry = table.get(value) if value else None
        return show_name(entry, table) if entry else ""


@dataclass(frozen=True, kw_only=True)
class OrganizationName(Kind):
    """An organization that the uploader may write to; discovery shows members only their own."""

    name: ClassVar[str] = _("organization")
    is_one_of_allowed: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        table = context.lookups.organizations
        found = find_entry(cell, table)
        if isinstance(found, Entry):
            return Parsed(value=found)
        if context.lookups.uploader_is_staff or found.code != UNKNOWN_VALUE.code:
            return Parsed(problems=(found,))
        own = ", ".join(entry.key for entry in table.entries) or Phrase(_("none"))
        detail = Phrase(_("“{name}” is not one of your organizations ({own})"), name=clip(cell.text) or "", own=own)
        return Parsed(problems=(cell.problem(FORBIDDEN, detail=detail),))

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        return tuple(entry.key for entry in lookups.organizations.entries)

    def show(self, value: Any, lookups: Lookups) -> str:
        entry = lookups.organizations.get(value) if value else None
        return entry.key if entry else ""


@dataclass(frozen=True, kw_only=True)
class NameList(Kind):
    """Several things of a lookup table; the value is a ListValue of their keys."""

    table: str
    name: ClassVar[str] = _("list of names")
    is_list: ClassVar[bool] = True
    comparison: ClassVar[Comparison] = Comparison.UNORDERED

    def parse(self, cell: Cell, context: Context) -> Parsed:
        table = table_of(context.lookups, self.table)
        if len(whole := table.find(cell.text)) == 1:  # a single name may hold a comma
            return Parsed(value=ListValue(items=(whole[0].key,)))
        read = read_list(cell)
        if isinstance(read, Problem):
            return Parsed(problems=(read,))
        names = put_together(read, cell.text, table)
        parts = names.value
        found = {item: table.find_as_typed(item) for item in parts.all_items()}
        problems = (
            *cell.problem_of(names.doubtful, lambda item: item.problem(SPLIT_NAME)),
            *cell.problem_of([item for item, entries in found.items() if not entries], lambda it: _unknown(it, table)),
            *cell.problem_of(_shared(found), lambda item: _ambiguous(item, table)),
        )
        return Parsed(problems=problems) if problems else Parsed(value=parts.renamed(_keys(found)))

    def emptied(self) -> list[str]:
        return []

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        return tuple(entry.name for entry in table_of(lookups, self.table).entries)

    def show(self, value: Any, lookups: Lookups) -> str:
        return show_names(value or (), table_of(lookups, self.table))


@dataclass(frozen=True, kw_only=True)
class NewNameList(Kind):
    """Several things by name that are made when missing; the value is a ListValue of names as written."""

    table: str
    name: ClassVar[str] = _("list of names")
    is_list: ClassVar[bool] = True
    comparison: ClassVar[Comparison] = Comparison.MEMBERS
    is_free: ClassVar[bool] = True
    fills_alone: ClassVar[bool] = False  # what is missing is made first

    def parse(self, cell: Cell, context: Context) -> Parsed:
        table = table_of(context.lookups, self.table)
        cell, notes = read_entities(cell)
        if len(table.find(cell.text)) == 1:  # a single name may hold a comma
            return Parsed(value=ListValue(items=(cell.text,)), problems=notes)
        read = read_list(cell)
        if isinstance(read, Problem):
            return Parsed(problems=(read,))
        names = put_together(read, cell.text, table)
        parts = names.value
        items = parts.all_items()
        ends = (item for item in items if fold(item).rstrip(".") in ENDS_OF_NAMES)
        split = [*names.doubtful, *torn_names(items, cell.text), *ends]
        problems = (
            *cell.problem_of(_shared({item: table.find(item) for item in items}), lambda item: _ambiguous(item, table)),
            *cell.problem_of(split, lambda item: item.problem(SPLIT_NAME)),
        )
        if problems:
            return Parsed(problems=problems)
        notes = (*notes, *parted_names(items, cell, table))
        return Parsed(value=parts.renamed(_spelled(items, table, context.evidence)), problems=notes)

    def emptied(self) -> list[str]:
        return []

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        return tuple(entry.name for entry in table_of(lookups, self.table).entries)

    def settled(self, value: Any, lookups: Lookups) -> list[str]:
        """By key; those that a row made are recorded by name."""
        table = table_of(lookups, self.table)
        return [entries[0].key if (entries := table.find(name)) else name for name in value]

    def show(self, value: Any, lookups: Lookups) -> str:
        return spell_entities(show_names(value or (), table_of(lookups, self.table)))


def _spelled(items: Iterable[str], table: LookupTable, evidence: Evidence) -> dict[str, str]:
    """Each name as it is shown and made: new ones as the file spells them where it has them first."""
    return {item: item if table.find(item) else evidence.spellings.get(fold(item), item) for item in items}


def find_entry(cell: Cell, table: LookupTable) -> Entry | Problem:
    """The one entry that the cell names, or why there is none."""
    found = table.find_as_typed(cell.text)
    if len(found) == 1:
        return found[0]
    if found:
        return _ambiguous(cell, table)
    return _unknown(cell, table)


def table_of(lookups: Lookups, name: str) -> LookupTable:
    """A lookup table by the name of its field."""
    table = getattr(lookups, name)
    assert isinstance(table, LookupTable)
    return table


def _shared(found: Mapping[str, tuple[Entry, ...]]) -> list[str]:
    """The values that name more than one thing."""
    return [item for item, entries in found.items() if len(entries) > 1]


def _keys(found: Mapping[str, tuple[Entry, ...]]) -> dict[str, str]:
    return {item: entries[0].key for item, entries in found.items()}


def _unknown(cell: Cell, table: LookupTable) -> Problem:
    found, names = suggestion(table.suggest(cell.text)), tuple(entry.name for entry in table.entries)
    return cell.problem(UNKNOWN_VALUE, what=Phrase(table.what), suggestion=found, allowed=_choose_from(names))


def _ambiguous(cell: Cell, table: LookupTable) -> Problem:
    matches = ", ".join(entry.key for entry in table.find(cell.text)[:5])
    return cell.problem(AMBIGUOUS_VALUE, what=Phrase(table.what), matches=matches)


def _choose_from(names: tuple[str, ...]) -> str:
    """What to do about a value that is not known: the values to choose from, if they are few."""
    if 0 < len(names) <= MOST_NAMED:
        return Phrase(_("Use one of: {names}."), names=", ".join(clip(name) or "" for name in names))
    return Phrase(_("Use one of the values that Publisher offers for this field."))


def _plain(word: str) -> str:
    return loosen(word).replace(" ", "")
