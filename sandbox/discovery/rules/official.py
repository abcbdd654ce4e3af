"""Copies drafts to the rows the public sees, and publishes these."""

from __future__ import annotations

from django.utils import timezone

from sandbox.discovery.models import Course, CourseRun, UrlSlug
from sandbox.discovery.models.runs import RunStatus
from sandbox.discovery.rules.entitlements import copy_entitlements
from sandbox.discovery.rules.rows import copy_columns, copy_lists, copy_people
from sandbox.discovery.rules.saving import save_course, save_run
from sandbox.discovery.rules.seats import copy_seats
from sandbox.discovery.rules.slugs import active_slug, set_active_slug


def make_official(draft: CourseRun) -> CourseRun:
    """Copy a draft run, with its course, to the official rows, which are made where they are missing."""
    course = Course.objects.get(pk=draft.course_id)
    official_course, is_new = _make_official_course(course)
    official = draft.official or CourseRun(draft=False)
    copy_columns(draft, official, course=official_course, draft_row=draft)
    save_run(official)
    official.transcript_languages.set(draft.transcript_languages.all())
    copy_people(draft, official)
    copy_seats(draft, official)
    if is_new:
        official_course.canonical_run = official
        official_course.save()
        course.canonical_run = draft
        course.save()
    return official


def _make_official_course(draft: Course) -> tuple[Course, bool]:
    """The official row of a course as its draft is now, and whether it was made."""
    official, is_new = (draft.official, False) if draft.official else (Course(draft=False), True)
    copy_columns(draft, official, canonical_run_id=official.canonical_run_id, draft_row=draft)
    official.save()
    copy_lists(draft, official)
    copy_entitlements(draft, official)
    slug = active_slug(draft)
    if slug:
        set_active_slug(official, slug)
    save_course(official)
    return official, is_new


def publish(official: CourseRun) -> None:
    """Publish both rows of a run, and let its page's address lead to the course."""
    now = timezone.now()
    # The draft is read anew: the one in a caller's hand still says `reviewed`, as the answer to the reviewer does.
    for run in [official, *CourseRun.objects.filter(official_row=official)]:
        run.announcement = now
        run.status = RunStatus.PUBLISHED
        save_run(run)
    course = official.course
    if not UrlSlug.objects.filter(partner=course.partner, url_slug=official.slug, course__uuid=course.uuid).exists():
        UrlSlug.objects.create(course=course, partner=course.partner, url_slug=official.slug)
