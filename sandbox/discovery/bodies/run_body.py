"""The answer for a run: 56 fields, and its programs where it stands alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.db.models import Prefetch, QuerySet
from django.utils.text import slugify
from rest_framework.request import Request

from sandbox.discovery.bodies.people import person_body
from sandbox.discovery.bodies.scalars import address, moment, money
from sandbox.discovery.models import Course, CourseRun, RunPerson, Seat
from sandbox.discovery.rules import run_facts
from sandbox.discovery.rules.loaded import load_lists
from sandbox.discovery.rules.pictures import small_name


def _lists() -> tuple[Prefetch | str, ...]:
    """What a run has several of."""
    return (
        Prefetch("seats", Seat.objects.select_related("type")),
        Prefetch("person_links", RunPerson.objects.select_related("person__position_organization")),
        "transcript_languages",
    )


def with_related(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """Runs with all that their answer needs, in a fixed number of queries."""
    return runs.select_related("type", "language", "expected_program_type", "official_row").prefetch_related(*_lists())


def query_flag(request: Request, name: str) -> int:
    """A flag of the query, 0 when absent. Anything but an integer is an error nobody catches."""
    value = request.query_params.get(name)
    return 0 if value is None else int(value)


def course_picture(course: Course) -> dict[str, Any] | None:
    """The smaller copy of a course's picture, else the address it was given."""
    smaller = default_storage.url(small_name(str(course.image.name))) if course.image else None
    return address(smaller or course.card_image_url)


def video_body(source: str | None) -> dict[str, Any] | None:
    """A video."""
    return {"src": source, "description": None, "image": None} if source else None


def seat_body(seat: Seat) -> dict[str, Any]:
    """A seat."""
    return {
        "type": seat.type.slug,
        "price": money(seat.price),
        "currency": seat.currency,
        "upgrade_deadline": moment(seat.upgrade_deadline),
        "upgrade_deadline_override": moment(seat.upgrade_deadline_override),
        "credit_provider": seat.credit_provider,
        "credit_hours": seat.credit_hours,
        "sku": seat.sku,
        "bulk_sku": seat.bulk_sku,
    }


def _marketing_url(run: CourseRun, request: Request) -> str | None:
    """The page of a run that has one, with a query that says who asked."""
    path = run_facts.marketing_path(run)
    if path is None or (run.draft and run.official is None):
        return None
    if query_flag(request, "exclude_utm"):
        return path
    query = urlencode({"utm_source": slugify(request.user.get_username()), "utm_medium": "affiliate_partner"})
    return f"{path}?{query}"


def run_body(run: CourseRun, request: Request) -> dict[str, Any]:
    """A run inside its course."""
    course = run.course
    languages = list(run.transcript_languages.all())
    marketable = run_facts.is_marketable(run)
    return {
        "key": run.key,
        "uuid": str(run.uuid),
        "title": run.title,
        "external_key": run.external_key,
        "fixed_price_usd": money(run.fixed_price_usd) if run.fixed_price_usd is not None else None,
        "image": course_picture(course),
        "short_description": run.short_description,
        "marketing_url": _marketing_url(run, request),
        "seats": [seat_body(seat) for seat in run.seats.all()],
        "start": moment(run.start),
        "end": moment(run.end),
        "go_live_date": moment(run.go_live_date),
        "enrollment_start": moment(run.enrollment_start),
        "enrollment_end": moment(run.enrollment_end),
        "weeks_to_complete": run.weeks_to_complete,
        "pacing_type": run.pacing_type,
        "type": run_facts.kind(run),
        "restriction_type": run.restriction_type,
        "run_type": str(run.type.uuid),
        "status": run.status,
        "is_enrollable": run_facts.is_enrollable(run),
        "is_marketable": marketable,
        "is_marketable_external": marketable,
        "availability": run_facts.availability(run),
        "variant_id": str(run.variant_id) if run.variant_id else None,
        "course": course.key,
        "full_description": run.full_description,
        "announcement": moment(run.announcement),
        "video": video_body(run.video_src or course.video_src),
        "content_language": run.language.code if run.language else None,
        "license": run.license,
        "outcome": run.outcome,
        "transcript_languages": [language.code for language in languages],
        "instructors": [],
        "staff": [person_body(link.person) for link in run.person_links.all()],
        "min_effort": run.min_effort,
        "max_effort": run.max_effort,
        "modified": moment(run.modified),
        "level_type": course.level_type.name if course.level_type else None,
        "mobile_available": run.mobile_available,
        "hidden": run.hidden,
        "reporting_type": run.reporting_type,
        "eligible_for_financial_aid": run.eligible_for_financial_aid,
        "first_enrollable_paid_seat_price": run_facts.first_price(run),
        "has_ofac_restrictions": run.has_ofac_restrictions,
        "ofac_comment": run.ofac_comment,
        "enrollment_count": 0,
        "recent_enrollment_count": 0,
        "expected_program_type": run.expected_program_type.slug if run.expected_program_type else None,
        "expected_program_name": run.expected_program_name,
        "course_uuid": str(course.uuid),
        "estimated_hours": run_facts.estimated_hours(run),
        "content_language_search_facet_name": run.language.facet_name if run.language else None,
        "enterprise_subscription_inclusion": run.enterprise_subscription_inclusion,
        "transcript_languages_search_facet_names": [language.facet_name for language in languages],
        "ai_languages": None,
    }


def run_alone_body(run: CourseRun, request: Request) -> dict[str, Any]:
    """A run by itself."""
    load_lists(run, _lists())
    return run_body(run, request) | {"programs": []}
