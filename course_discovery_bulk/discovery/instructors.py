"""Finds the people whom rows name as instructors: by UUID, by slug, or by their whole name.

There is no list of all people to ask for, so each is looked up; who was found is remembered for a while. Only people
of the catalog's own partner are found, though the service would take others.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Any, Final

from django.core.cache import cache

from course_discovery_bulk.data import Entry, FoundPeople, fold
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.snapshots import person_entry
from course_discovery_bulk.exceptions import NotFound
from course_discovery_bulk.text.nearest import LONGEST_NAME, nearest

FOUND_SECONDS: Final = 600
MOST_SUGGESTED: Final = 3
MOST_WORDS: Final = 3  # of a name that are looked up one by one, for suggestions
MOST_SHOWN: Final = 50  # people whose slugs are looked up to show one page
TITLES: Final = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir"})
_SLUG: Final = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*", re.IGNORECASE)

Answer = dict[str, Any]


def find_instructors(client: DiscoveryClient, names: Collection[str]) -> FoundPeople:
    """The people that are called so, and for a name that nobody has, the slugs of people with names like it."""
    found: dict[str, tuple[Entry, ...]] = {}
    close: dict[str, tuple[str, ...]] = {}
    for name in {fold(name): name for name in names}.values():
        matches = _find(client, name)
        found[fold(name)] = matches
        if not matches:
            close[fold(name)] = _suggest(client, name)
    return FoundPeople(by_name=found, close=close)


def people_of(client: DiscoveryClient, uuids: Iterable[str]) -> list[Entry]:
    """The people of these UUIDs, to show who is meant; not all of them where they are many."""
    wanted = list(dict.fromkeys(uuids))[:MOST_SHOWN]
    return [entry for one in wanted for entry in _find(client, one)]


def _find(client: DiscoveryClient, name: str) -> tuple[Entry, ...]:
    """Who is called that; somebody who alone is called that is remembered, so that every row need not ask."""
    digest = sha256(f"{client.base_url} {fold(name)}".encode()).hexdigest()
    key = f"course_discovery_bulk.person.{digest}"
    known = cache.get(key)
    if isinstance(known, Entry):
        return (known,)
    found = tuple({entry.key: entry for entry in _look_up(client, name)}.values())
    if len(found) == 1:
        cache.set(key, found[0], FOUND_SECONDS)
    return found


def _look_up(client: DiscoveryClient, name: str) -> list[Entry]:
    if len(name) > LONGEST_NAME:
        return []
    if number := _uuid_in(name):
        return _of_uuid(client, number)
    if _SLUG.fullmatch(name) and (found := [person_entry(person) for person in client.list_people(name)]):
        return found
    words = _words(name)
    same = [person for person in _search(client, words) if sorted(_words(_name_of(person))) == sorted(words)]
    return [person_entry(person) for person in same if _is_own(client, person)]


def _of_uuid(client: DiscoveryClient, number: str) -> list[Entry]:
    try:
        return [person_entry(client.get_person(number))]
    except NotFound:
        return []


def _suggest(client: DiscoveryClient, name: str) -> tuple[str, ...]:
    """Slugs of people in whose names all these words occur; where there are none, of those with names like it."""
    if len(name) > LONGEST_NAME or _uuid_in(name):
        return ()
    words = _words(name.replace("-", " "))[:MOST_WORDS]
    people = _search(client, words)
    if not people:
        alike = {fold(_name_of(person)): person for word in words for person in _search(client, [word])}
        people = [alike[one] for one in nearest(" ".join(words), list(alike), most=MOST_SUGGESTED)]
    return tuple(person["slug"] for person in people[:MOST_SUGGESTED] if _is_own(client, person))


def _search(client: DiscoveryClient, words: Collection[str]) -> list[Answer]:
    return client.search_people(" ".join(words)) if words else []


def _is_own(client: DiscoveryClient, person: Answer) -> bool:
    """Whether the catalog at work has them: the search shows people of other partners too."""
    return any(own["uuid"] == person["uuid"] for own in client.list_people(person["slug"]))


def _name_of(person: Answer) -> str:
    return " ".join(part for part in (person.get("given_name"), person.get("family_name")) if part)


def _words(name: str) -> list[str]:
    """The words of a name, without commas, and without the titles that lead it."""
    words = fold(name).replace(",", " ").split()
    while len(words) > 1 and words[0].rstrip(".") in TITLES:
        words.pop(0)
    return words


def _uuid_in(text: str) -> str:
    """The UUID that a text is in any form that Python reads; empty if it is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
