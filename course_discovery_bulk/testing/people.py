"""People who teach, as a test needs them: in memory, found as discovery finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_discovery_bulk.data import fold
from course_discovery_bulk.exceptions import NotFound

Person = dict[str, Any]


class FakePeople:
    """The people of a catalog; those with `is_elsewhere` are another partner's, which only the search shows."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people

    def of_uuid(self, uuid: str) -> Person:
        """The person of the catalog with this UUID."""
        found = [person for person in self._own() if person["uuid"] == uuid]
        if not found:
            raise NotFound("No Person matches the given query.", status=404)
        return found[0]

    def of_slug(self, slug: str) -> list[Person]:
        """The people of the catalog with this slug, in any case."""
        return [person for person in self._own() if person["slug"] == fold(slug)]

    def named(self, words: str) -> list[Person]:
        """The people in whose names every word occurs."""
        return [person for person in self._people if all(word in _name_of(person) for word in fold(words).split())]

    def _own(self) -> list[Person]:
        return [person for person in self._people if not person.get("is_elsewhere")]


def _name_of(person: Person) -> str:
    return fold(f"{person['given_name']} {person['family_name'] or ''}")


def person_answer(uuid: str, slug: str, given_name: str, family_name: str | None = None, **more: Any) -> Person:
    """Somebody who teaches, as discovery shows them."""
    return {"uuid": uuid, "slug": slug, "given_name": given_name, "family_name": family_name, **more}
