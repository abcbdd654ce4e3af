"""Slugs in the form of a path, where the site's switch for them is on: `learn/<subject>/<organisation>-<title>`."""

from __future__ import annotations

import re

from django.conf import settings
from slugify import slugify

from sandbox.discovery.models import Course, CourseRun
from sandbox.discovery.rules.slugs import active_slug, set_active_slug

SOURCES = frozenset({"edx"})  # of other sources, slugs stay plain
_PART = "[a-zA-Z0-9-_]+"
_PATH = re.compile(rf"(learn/{_PART}/{_PART}|executive-education/{_PART}|boot-camps/{_PART}/{_PART}|{_PART})$")
BAD_PATH = (
    'Course edit was unsuccessful. The course URL slug "[{slug}]" is an invalid format. Please ensure that the slug '
    "is in the format `learn/<primary_subject>/<organization_name>-<course_title>`"
)


class SlugGenerationFailed(Exception):
    """A course goes to review and nothing can be made of it that its page could be called."""


def takes_paths(course: Course) -> bool:
    """Whether a course may have a path."""
    source = course.product_source
    return bool(settings.SANDBOX_PATH_SLUGS and source and source.slug in SOURCES)


def is_path(slug: str) -> bool:
    """Whether this is one of the forms that such a course may have."""
    return bool(_PATH.match(slug))


def give_path(run: CourseRun) -> None:
    """What review does first: a course that has a plain slug gets a path."""
    course = run.course
    if not takes_paths(course) or "/" in (active_slug(course) or ""):
        return
    link, owner = course.subject_links.first(), course.owners.first()
    if link is None or owner is None:
        raise SlugGenerationFailed(
            f"Slug generation Failed: unable to set active url slug for course: {course.key} with error "
            f"Course with uuid {course.uuid} and title {course.title} does not have any subject"
        )
    set_active_slug(course, f"learn/{link.subject.slug}/{slugify(owner.key)}-{slugify(course.title or '')}")
