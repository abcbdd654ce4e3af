"""Slugs that other courses have: no two courses of a catalog share one, and an old slug stays with its course."""

from __future__ import annotations

from collections.abc import Iterator

from course_discovery_bulk.columns.course import URL_SLUG
from course_discovery_bulk.data import CleanRow, fold
from course_discovery_bulk.operations.base import PlanInput, Values
from course_discovery_bulk.problems import SLUG_TAKEN, Place, Problem, problem


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
