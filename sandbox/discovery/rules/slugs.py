"""The slugs of courses: made from titles, never shared, moved to the official row by review."""

from __future__ import annotations

import re

from django.db import IntegrityError
from django.db.models import Q
from slugify import slugify

from sandbox.discovery.models import Course, CourseRun, UrlSlug

MAX_LENGTH = 255
NOT_IN_A_SLUG = re.compile(r"[^-a-zA-Z0-9/]+")


def _numbered(slug: str, number: int) -> str:
    suffix = f"-{number}"
    return slug[: MAX_LENGTH - len(suffix)] + suffix


def free_slug(course: Course) -> str:
    """A slug from the title that no course of the partner has, with a number from 2 on where that is needed."""
    wanted = slugify(course.title or "", regex_pattern=NOT_IN_A_SLUG)[:MAX_LENGTH]
    slug, number = wanted, 2
    while not slug or UrlSlug.objects.filter(partner=course.partner, url_slug=slug).exists():
        slug, number = _numbered(wanted, number), number + 1
    return slug


def run_slug(run: CourseRun) -> str:
    """The slug of a run's page, from its title and key."""
    wanted = "-".join([slugify(run.title or ""), slugify(run.key)])[:MAX_LENGTH]
    slug, number = wanted, 2
    while CourseRun.objects.filter(slug=slug).exclude(key=run.key).exists():
        slug, number = _numbered(wanted, number), number + 1
    return slug


def is_taken(slug: str, course: Course) -> bool:
    """Whether another course of the partner has or had this slug."""
    return UrlSlug.objects.filter(partner=course.partner, url_slug=slug).exclude(course__uuid=course.uuid).exists()


def active_slug(course: Course) -> str | None:
    """The slug in force on this row; a draft without one of its own follows the official row."""
    own = next((row for row in course.url_slugs.all() if row.is_active), None)
    if own is None and course.draft and course.official:
        own = next((row for row in course.official.url_slugs.all() if row.is_active_on_draft), None)
    return own.url_slug if own else None


def create_slug(course: Course, slug: str) -> None:
    """Put a slug in force on a new draft."""
    _refuse_taken(slug, course)
    UrlSlug.objects.create(course=course, is_active=True, url_slug=slug, partner=course.partner)


def _refuse_taken(slug: str, course: Course) -> None:
    if is_taken(slug, course):
        raise IntegrityError(f"This slug {slug} is already in use with another course")


def set_active_slug(course: Course, slug: str) -> None:
    """Put a slug in force on this row; an old slug of an official row stays taken, a mere draft gives its own up."""
    _refuse_taken(slug, course)
    if course.draft:
        _set_on_draft(course, slug)
    else:
        _set_on_official(course, slug)


def _set_on_draft(course: Course, slug: str) -> None:
    if course.official and _follow_official(course.official, slug):
        course.url_slugs.filter(is_active=True).delete()
        return
    UrlSlug.objects.update_or_create(
        course=course, is_active=True, defaults={"url_slug": slug, "partner": course.partner}
    )


def _follow_official(official: Course, slug: str) -> bool:
    """Mark the official row's entry that a draft follows; False if the official row never had this slug."""
    found = False
    for row in official.url_slugs.filter(Q(is_active_on_draft=True) | Q(url_slug=slug)):
        row.is_active_on_draft = row.url_slug == slug
        found = found or row.is_active_on_draft
        row.save()
    return found


def _set_on_official(course: Course, slug: str) -> None:
    if course.draft_row_id:
        UrlSlug.objects.filter(course_id=course.draft_row_id, is_active=True).delete()
    in_force = {"is_active": True, "is_active_on_draft": True, "partner": course.partner}
    UrlSlug.objects.update_or_create(course=course, url_slug=slug, defaults=in_force)
    course.url_slugs.exclude(url_slug=slug).update(is_active=False, is_active_on_draft=False)
