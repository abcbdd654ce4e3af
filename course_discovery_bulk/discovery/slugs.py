"""Finds the courses that have, or once had, the slugs that rows ask for.

No endpoint of discovery finds a course by its slug, and to read all courses would take minutes. Where discovery runs
in this process, its own table is asked; over http nothing is known before discovery refuses the row.
"""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps

from course_discovery_bulk.data import fold
from course_discovery_bulk.discovery.client import DiscoveryClient


def find_slugs(client: DiscoveryClient, slugs: Collection[str], organizations: Collection[str]) -> dict[str, str]:
    """Folded slug -> UUID of the course that it belongs to, in the catalog of these organizations (keys)."""
    if not slugs or not client.url_slug_model:
        return {}
    try:
        model = apps.get_model(client.url_slug_model)
    except (LookupError, ValueError):  # another version of discovery
        return {}
    owner = apps.get_model(model._meta.app_label, "Organization")
    partners = owner._meta.default_manager.filter(key__in=organizations).values_list("partner", flat=True)
    taken = model._meta.default_manager.filter(url_slug__in=slugs, partner__in=list(partners))
    return {fold(slug): str(uuid) for slug, uuid in taken.values_list("url_slug", "course__uuid")}
