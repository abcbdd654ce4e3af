"""Slugs that other courses have: no two courses of a catalog share one, and an old slug stays with its course."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from course_discovery_bulk.columns.course import URL_SLUG
from course_discovery_bulk.data import CleanRow, fold
from course_discovery_bulk.operations.base import PlanInput, RowCheck, Values
from course_discovery_bulk.problems import BAD_SLUG, SLUG_TAKEN, Place, Problem, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_PLAIN_FIRST: Final = _("A new course takes a slug without a path. Update the course to give it one.")


def wanted_slugs(values: Values) -> tuple[str, ...]:
    """The slug that a row gives to its course, if it gives one."""
    slug = values.get(URL_SLUG.name)
    return (slug,) if isinstance(slug, str) else ()


def taken_slug(row: CleanRow, course_uuid: str, given: PlanInput) -> Iterator[Problem]:
    """The problem of a slug that belongs to a course other than this one; a new course has no UUID yet."""
    for slug in wanted_slugs(row.values):
        owner = given.state.slugs.get(fold(slug))
        if owner and owner != course_uuid:
            yield problem(SLUG_TAKEN, Place(line=row.line, column=URL_SLUG.name, value=slug))


def check_new_slug(row: RowCheck) -> Iterator[Problem]:
    """A new course takes no slug with a path, whatever the site takes later."""
    if any("/" in slug for slug in wanted_slugs(row.values)):
        yield row.problem(BAD_SLUG, URL_SLUG.name, reason=Phrase(_PLAIN_FIRST))
