"""Finds people who teach, and gives new ones a slug."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from slugify import slugify

from sandbox.discovery.models import Person


def find_people(text: str) -> QuerySet[Person]:
    """People of all partners in whose names every word occurs; where there are none, the one of that UUID."""
    people = Person.objects.select_related("position_organization")
    found = people
    for word in text.split():
        found = found.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    return found if found.exists() else _of_uuid(people, text)


def _of_uuid(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    try:
        return people.filter(uuid=UUID(text))
    except ValueError:
        return people.none()


def teaching_for(people: QuerySet[Person], organization: str) -> QuerySet[Person]:
    """The people in runs of an organisation, once a run."""
    return people.filter(course_runs__course__owners__key=organization)


def person_slug(person: Person) -> str:
    """A slug from the names that nobody of the partner has, with a number from 2 on where that is needed."""
    wanted = slugify(" ".join(name for name in (person.given_name, person.family_name) if name))
    slug, number = wanted, 2
    while Person.objects.filter(partner=person.partner, slug=slug).exists():
        slug, number = f"{wanted}-{number}", number + 1
    return slug
