"""What the catalog holds now of the things that rows name, as far as planning must know it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from course_discovery_bulk.data.lookups import Entry
from course_discovery_bulk.data.people import FoundPeople
from course_discovery_bulk.text.folding import fold


@dataclass(frozen=True, kw_only=True)
class OwnerSnapshot:
    """An authoring organization of a course."""

    key: str
    uuid: str


@dataclass(frozen=True, kw_only=True)
class EditorSnapshot:
    """An editor of a course: `id` is that of the editorship, which is what is deleted."""

    id: int
    user_id: int
    email: str


@dataclass(frozen=True, kw_only=True)
class CourseSnapshot:
    """A course as discovery shows it now; `fields` are in the shape in which calls set them."""

    key: str
    uuid: str
    fields: Mapping[str, Any]
    has_image: bool
    is_editable: bool  # whether the asking user may change it
    owners: tuple[OwnerSnapshot, ...]
    editors: tuple[EditorSnapshot, ...]
    runs: tuple[RunSnapshot, ...] = ()
    instructors: tuple[Entry, ...] = ()  # of its runs

    @property
    def is_of_this_site(self) -> bool:
        """Whether it is in the catalog of the host that was asked.

        Discovery shows staff the courses of all partners, but of their owners only those of the host's partner.
        """
        return bool(self.owners)


@dataclass(frozen=True, kw_only=True)
class RunSnapshot:
    """A course run as discovery shows it now; `fields` as for a course."""

    key: str
    status: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody a row may name as an editor, and the organizations (UUIDs) that they are a member of."""

    user_id: int
    organizations: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class State:
    """What discovery holds now of the things that some rows name; names are folded. What is absent cannot be seen."""

    courses: Mapping[str, CourseSnapshot] = field(default_factory=dict)  # by key and by UUID
    runs: Mapping[str, str] = field(default_factory=dict)  # run key -> folded key of its course
    people: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)  # more than one: the name is ambiguous
    slugs: Mapping[str, str] = field(default_factory=dict)  # slug -> UUID of the course that has or had it
    instructors: FoundPeople = field(default_factory=FoundPeople)  # whom rows name as such

    def course(self, name: str) -> CourseSnapshot | None:
        """The course of that key or UUID."""
        return self.courses.get(fold(name))

    @property
    def known_people(self) -> list[Entry]:
        """Everybody who teaches in these courses, or whom a row names."""
        named = itertools.chain.from_iterable(self.instructors.by_name.values())
        there = itertools.chain.from_iterable(course.instructors for course in self.courses.values())
        return list({entry.key: entry for entry in (*there, *named)}.values())

    def run(self, key: str) -> tuple[CourseSnapshot, RunSnapshot] | None:
        """The run of that key, with its course."""
        course = self.courses.get(self.runs.get(fold(key), ""))
        run = next((run for run in course.runs if fold(run.key) == fold(key)), None) if course else None
        return (course, run) if course and run else None


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a row's planning must know of the current state: courses by key or UUID, runs by key, people by name.

    `organizations` are those of courses that are only made; they say in whose catalog the slugs are looked up.
    """

    courses: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    instructors: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
