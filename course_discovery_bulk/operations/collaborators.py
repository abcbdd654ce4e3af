"""Collaborators are named in cells, sent as UUIDs, and made first where discovery has none of that name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from course_discovery_bulk.choices import Act
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.data import CLEAR, REF, Lookups, Step, collaborator_result, fold, ref


def collaborator_places(names: Iterable[str], lookups: Lookups) -> list[Any]:
    """UUIDs of the named collaborators, or places for those that a step of the row makes; each once, in order."""
    places: list[Any] = []
    for name in names:
        found = lookups.collaborators.find(name)
        place = found[0].key if found else ref(collaborator_result(name))
        if place not in places:
            places.append(place)
    return places


def new_collaborators(names: Iterable[str], lookups: Lookups) -> Iterator[Step]:
    """The steps that make those that discovery does not have."""
    missing: dict[str, str] = {}
    for name in names:
        if not lookups.collaborators.find(name):
            missing.setdefault(fold(name), name)
    for name in missing.values():
        yield Step(act=Act.CREATE_COLLABORATOR, target=name, body={"name": name, "image": ""})


def named_collaborators(value: Any) -> tuple[str, ...]:
    """The names that a cell wants to be there afterwards."""
    return (*value.items, *value.added) if isinstance(value, ListValue) else ()


def collaborators_after(value: Any, before: Sequence[str], lookups: Lookups) -> list[Any]:
    """The collaborators of a course after a cell was applied to them."""
    if value is CLEAR or not isinstance(value, ListValue):
        return []
    if not value.is_change:
        return collaborator_places(value.items, lookups)
    removed = {entry.key for name in value.removed for entry in lookups.collaborators.find(name)}
    kept: list[Any] = [uuid for uuid in before if uuid not in removed]
    added = collaborator_places(value.added, lookups)
    return [*kept, *(place for place in added if place not in kept)]


def shown_names(places: Iterable[Any], value: Any) -> list[str]:
    """For people: UUIDs stay, a collaborator that is still to be made goes by its name."""
    names = {collaborator_result(name): name for name in named_collaborators(value)}
    return [names[place[REF]] if isinstance(place, dict) else place for place in places]
