"""The answer for a course: 58 fields, 57 of the older service."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework.request import Request

from sandbox.discovery import profile
from sandbox.discovery.bodies.run_body import course_picture, run_body, video_body, with_related
from sandbox.discovery.bodies.scalars import address, moment, money
from sandbox.discovery.bodies.vocabulary import (
    collaborator_body,
    editor_body,
    organization_body,
    source_body,
    subject_body,
)
from sandbox.discovery.models import (
    Course,
    CourseCollaborator,
    CourseEditor,
    CourseEntitlement,
    CourseRun,
    CourseSubject,
    Organization,
)
from sandbox.discovery.rules import run_facts
from sandbox.discovery.rules.access import may_edit
from sandbox.discovery.rules.loaded import load_lists
from sandbox.discovery.rules.partners import owners_shown
from sandbox.discovery.rules.slugs import active_slug

_ROWS = ("type", "level_type", "product_source", "partner", "canonical_run", "official_row")
_COMPARED = frozenset({"owners", "subject_links", "collaborator_links"})


def courses_with_related(courses: QuerySet[Course], runs: QuerySet[CourseRun]) -> QuerySet[Course]:
    """Courses with these of their runs and all else that the answer needs, in a fixed number of queries."""
    return courses.select_related(*_ROWS).prefetch_related(*_lists(), "official_row__url_slugs", _runs(runs))


def courses_to_change(courses: QuerySet[Course], runs: QuerySet[CourseRun]) -> QuerySet[Course]:
    """Courses with what a change looks at; the answer reads the rest after the change."""
    return courses.select_related(*_ROWS).prefetch_related(
        *(lists for lists in _lists() if getattr(lists, "prefetch_to", lists) in _COMPARED), _runs(runs)
    )


def _runs(runs: QuerySet[CourseRun]) -> Prefetch:
    return Prefetch("course_runs", with_related(runs).order_by("start", "id"), to_attr="loaded_runs")


def _lists() -> tuple[Prefetch | str, ...]:
    """What a course has several of, apart from runs."""
    return (
        Prefetch("owners", Organization.objects.select_related("partner")),
        "topics",
        "url_slugs",
        Prefetch("subject_links", CourseSubject.objects.select_related("subject")),
        Prefetch("collaborator_links", CourseCollaborator.objects.select_related("collaborator")),
        Prefetch("editors", CourseEditor.objects.select_related("user")),
        Prefetch("entitlements", CourseEntitlement.objects.select_related("mode")),
    )


def _entitlement_body(row: CourseEntitlement) -> dict[str, Any]:
    return {
        "mode": row.mode.slug,
        "price": money(row.price),
        "currency": row.currency,
        "sku": row.sku,
        "expires": None,
    }


def _runs_to_show(course: Course) -> list[CourseRun]:
    """The runs that were read with the course, as they were then; else all of them, as they are now."""
    loaded: list[CourseRun] | None = getattr(course, "loaded_runs", None)
    return list(with_related(course.course_runs.all())) if loaded is None else loaded


def course_body(course: Course, request: Request, *, editable: bool | None = None) -> dict[str, Any]:
    """A course with its runs; whether the user may change it is looked up unless it is known."""
    load_lists(course, _lists())
    runs = _runs_to_show(course)
    advertised = run_facts.advertised_run(runs)
    newest = {"b2c_subscription_inclusion": course.b2c_subscription_inclusion} if profile.is_newest() else {}
    return {
        "key": course.key,
        "uuid": str(course.uuid),
        "title": course.title,
        "course_runs": [run_body(run, request) for run in runs],
        "entitlements": [_entitlement_body(row) for row in course.entitlements.all()],
        "owners": [organization_body(row) for row in owners_shown(request, course)],
        "image": course_picture(course),
        "short_description": course.short_description,
        "type": str(course.type.uuid),
        "url_slug": active_slug(course),
        "course_type": course.type.slug,
        "enterprise_subscription_inclusion": course.enterprise_subscription_inclusion,
        **newest,
        "excluded_from_seo": course.excluded_from_seo,
        "excluded_from_search": course.excluded_from_search,
        "course_run_statuses": run_facts.shown_statuses(runs),
        "full_description": course.full_description,
        "level_type": course.level_type.name if course.level_type else None,
        "subjects": [subject_body(link.subject) for link in course.subject_links.all()],
        "prerequisites": [],
        "prerequisites_raw": course.prerequisites_raw,
        "expected_learning_items": [],
        "video": video_body(course.video_src),
        "sponsors": [],
        "modified": moment(course.modified),
        "marketing_url": None,
        "syllabus_raw": course.syllabus_raw,
        "outcome": course.outcome,
        "original_image": address(course.image.url if course.image else None),
        "card_image_url": course.card_image_url,
        "canonical_course_run_key": course.canonical_run.key if course.canonical_run else None,
        "extra_description": None,
        "additional_information": course.additional_information,
        "additional_metadata": None,
        "faq": course.faq,
        "learner_testimonials": course.learner_testimonials,
        "enrollment_count": course.enrollment_count,
        "recent_enrollment_count": course.recent_enrollment_count,
        "topics": [tag.name for tag in course.topics.all()],
        "key_for_reruns": course.key_for_reruns,
        "url_slug_history": [row.url_slug for row in course.url_slugs.all()],
        "url_redirects": [],
        "editors": [editor_body(row) for row in course.editors.all()],
        "collaborators": [collaborator_body(link.collaborator, request) for link in course.collaborator_links.all()],
        "skill_names": [],
        "skills": [],
        "organization_short_code_override": course.organization_short_code_override,
        "organization_logo_override_url": (
            course.organization_logo_override.url if course.organization_logo_override else None
        ),
        "geolocation": None,
        "location_restriction": None,
        "in_year_value": None,
        "product_source": source_body(course.product_source) if course.product_source else None,
        "data_modified_timestamp": moment(course.data_modified_timestamp),
        "watchers": course.watchers,
        "programs": [],
        "course_run_keys": [run.key for run in runs],
        "editable": may_edit(request.user, course) if editable is None else editable,
        "advertised_course_run_uuid": str(advertised.uuid) if advertised else None,
    }
