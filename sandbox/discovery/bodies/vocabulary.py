"""Answers of the look-ups."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from rest_framework.request import Request

from sandbox.discovery.bodies.scalars import moment
from sandbox.discovery.models import (
    Collaborator,
    CourseEditor,
    LevelType,
    Organization,
    ProgramType,
    Source,
    Subject,
    Topic,
    User,
)

COLLABORATOR_PICTURE = (200, 100)


def organization_body(row: Organization) -> dict[str, Any]:
    """An organisation."""
    return {
        "uuid": str(row.uuid),
        "key": row.key,
        "name": row.name,
        "auto_generate_course_run_keys": row.auto_generate_course_run_keys,
        "certificate_logo_image_url": None,
        "logo_image_url": None,
        "organization_hex_color": None,
        "data_modified_timestamp": moment(row.modified),
        "description": None,
        "description_es": "",
        "homepage_url": None,
        "tags": [],
        "marketing_url": row.marketing_url,
        "slug": row.slug,
        "banner_image_url": None,
        "enterprise_subscription_inclusion": row.enterprise_subscription_inclusion,
    }


def subject_body(row: Subject) -> dict[str, Any]:
    """A subject."""
    return {
        "name": row.name,
        "subtitle": None,
        "description": None,
        "banner_image_url": None,
        "card_image_url": None,
        "slug": row.slug,
        "uuid": str(row.uuid),
    }


def topic_body(row: Topic) -> dict[str, Any]:
    """A topic page."""
    return {
        "name": row.name,
        "subtitle": None,
        "description": None,
        "long_description": None,
        "banner_image_url": None,
        "slug": row.slug,
        "uuid": str(row.uuid),
    }


def level_body(row: LevelType) -> dict[str, Any]:
    """A level."""
    return {"name": row.name, "sort_value": row.sort_value}


def program_type_body(row: ProgramType) -> dict[str, Any]:
    """A program type."""
    return {
        "uuid": str(row.uuid),
        "name": row.name,
        "logo_image": {},
        "applicable_seat_types": [seat_type.slug for seat_type in row.applicable_seat_types.all()],
        "slug": row.slug,
        "coaching_supported": row.coaching_supported,
    }


def source_body(row: Source) -> dict[str, Any]:
    """A product source."""
    return {"name": row.name, "slug": row.slug, "description": row.description}


def collaborator_body(row: Collaborator, request: Request) -> dict[str, Any]:
    """A collaborator."""
    url = default_storage.url(row.image.name) if row.image else None
    width, height = COLLABORATOR_PICTURE
    original = {"url": request.build_absolute_uri(url), "width": width, "height": height} if url else None
    return {
        "name": row.name,
        "image": {"original": original} if original else {},
        "image_url": url,
        "uuid": str(row.uuid),
    }


def user_body(user: User) -> dict[str, Any]:
    """An account as other people see it; the user name shows only for want of a full name."""
    return {"id": user.pk, "full_name": user.get_full_name() or user.username, "email": user.email}


def editor_body(row: CourseEditor) -> dict[str, Any]:
    """An editor of a course."""
    return {"id": row.pk, "user": user_body(row.user), "course": str(row.course.uuid)}
