"""The answer for somebody who teaches."""

from __future__ import annotations

from typing import Any

from sandbox.discovery.models import Person


def person_body(row: Person) -> dict[str, Any]:
    """A whole person, as inside a run and alone."""
    return {
        "uuid": str(row.uuid),
        "salutation": row.salutation,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "bio": row.bio,
        "slug": row.slug,
        "position": _position_body(row),
        "areas_of_expertise": [],
        "profile_image": {},
        "works": [],
        "urls": {"facebook": None, "twitter": None, "blog": None},
        "urls_detailed": [],
        "email": row.email,
        "profile_image_url": None,
        "major_works": row.major_works,
        "published": row.published,
    }


def _position_body(row: Person) -> dict[str, Any]:
    organization = row.position_organization
    override = row.position_organization_override
    return {
        "title": row.position_title,
        "organization_name": override or (organization.name if organization else None),
        "organization_id": row.position_organization_id,
        "organization_override": override,
        "organization_marketing_url": organization.marketing_url if organization else None,
        "organization_uuid": str(organization.uuid) if organization else None,
        "organization_logo_image_url": None,
    }
