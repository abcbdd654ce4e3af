"""The form on the page that asks for an export: what it offers to choose from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from course_discovery_bulk.presentation.labels import RUN_STATUS_WORDS
from course_discovery_bulk.presentation.operations import organizations, subjects


def export_choices(request: HttpRequest) -> dict[str, Any]:
    """What an export can be narrowed by."""
    return {
        "organizations": organizations(request.user, request.get_host()),
        "subjects": subjects(request.user, request.get_host()),
        "run_statuses": RUN_STATUS_WORDS.items(),
    }
