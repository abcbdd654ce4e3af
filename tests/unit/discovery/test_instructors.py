"""People whom cells name: by UUID, by slug, by their whole name, and only those of the catalog."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from course_discovery_bulk import conf
from course_discovery_bulk.discovery.instructors import find_instructors, people_of
from course_discovery_bulk.discovery.session import Viewpoint
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.testing import FakeDiscovery, person_answer
from tests.unit.operations.samples import LOOKUPS

ADA, GRACE, BYRON, OLGA, TWIN, PLATO = (f"00000000-0000-4000-8000-00000000000{number}" for number in range(6))
PEOPLE = (
    person_answer(ADA, "ada-lovelace", "Ada", "Lovelace"),
    person_answer(GRACE, "grace-hopper", "Grace", "Hopper"),
    person_answer(TWIN, "grace-hopper-2", "Grace", "Hopper"),
    person_answer(BYRON, "ada-byron", "Ada", "Byron King"),
    person_answer(PLATO, "plato-2", "Plato"),
    person_answer(OLGA, "olga-other", "Olga", "Other", is_elsewhere=True),
)


@pytest.fixture
def discovery() -> FakeDiscovery:
    cache.clear()
    return FakeDiscovery(people=PEOPLE)


def test_each_form_of_a_name_finds_those_who_are_called_so(discovery: FakeDiscovery) -> None:
    wanted = {
        ADA: [ADA],
        ADA.upper(): [ADA],
        ADA.replace("-", ""): [ADA],
        f"{{{ADA}}}": [ADA],
        "ada-lovelace": [ADA],
        "Ada-Lovelace": [ADA],
        "Ada Lovelace": [ADA],
        "LOVELACE, ada": [ADA],
        "Prof. Dr. Ada Lovelace": [ADA],
        "Ada Byron King": [BYRON],
        "Plato": [PLATO],
        "Grace Hopper": [GRACE, TWIN],
        "grace-hopper": [GRACE],
        "Ada": [],  # the beginning of a name is no name
        "Ada King": [],
        "lovelace": [],
        "Olga Other": [],
        "olga-other": [],
        OLGA: [],
        "x" * 300: [],
        "Dr.": [],
    }

    found = find_instructors(discovery, list(wanted))  # type: ignore[arg-type]

    assert {name: [person.key for person in found.matches(name)] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("name", "slugs"),
    [
        ("Ada Lovelce", ("ada-lovelace",)),
        ("ada-lovelac", ("ada-lovelace",)),
        ("Ada", ("ada-lovelace", "ada-byron")),
        ("Olga Othr", ()),
        (OLGA, ()),
        ("Nobody Atall", ()),
    ],
)
def test_for_a_name_that_nobody_has_people_of_the_catalog_are_suggested(
    name: str, slugs: tuple[str, ...], discovery: FakeDiscovery
) -> None:
    found = find_instructors(discovery, [name])  # type: ignore[arg-type]

    assert set(found.close[name.casefold()]) == set(slugs)


def test_somebody_who_was_found_is_not_looked_up_again_and_somebody_who_was_not_is(discovery: FakeDiscovery) -> None:
    for _row in range(3):
        find_instructors(discovery, ["ada-lovelace"])  # type: ignore[arg-type]
    asked = len(discovery.calls)
    discovery.calls.clear()
    for _row in range(2):
        find_instructors(discovery, [OLGA])  # type: ignore[arg-type]

    assert (asked, len(discovery.calls)) == (1, 2)


def test_who_is_not_there_any_more_is_left_out_of_what_is_shown(discovery: FakeDiscovery) -> None:
    assert [person.aliases for person in people_of(discovery, [ADA, OLGA, ADA])] == [("ada-lovelace",)]  # type: ignore[arg-type]


def test_what_names_nobody_is_shown_while_people_cannot_be_read(
    discovery: FakeDiscovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    discovery.fail("get_person", Transient("discovery is busy", status=503))
    view = Viewpoint(user=AnonymousUser(), host="testserver", settings=conf.read())  # type: ignore[arg-type]
    monkeypatch.setitem(vars(view), "client", discovery)
    monkeypatch.setitem(vars(view), "lookups", LOOKUPS)

    assert view.lookups_with_people([ADA]) is LOOKUPS
    assert [entry.key for entry in view.lookups_with_people([ADA]).people.entries] == [ADA]
