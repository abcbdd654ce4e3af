"""Answers of discovery as a test needs them: whole, with the fields in question set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from course_discovery_bulk.data import fold

UPLOADER: Final = "uploader@example.org"
EMPTY_COURSE: Final[Mapping[str, Any]] = {
    "url_slug": "made-from-the-title",
    "level_type": None,
    "subjects": [],
    "topics": [],
    "watchers": [],
    "collaborators": [],
    "video": None,
    "additional_information": None,
    "organization_short_code_override": "",
    "enterprise_subscription_inclusion": False,
    "b2c_subscription_inclusion": False,
    "short_description": None,
    "full_description": None,
    "outcome": None,
    "syllabus_raw": None,
    "prerequisites_raw": None,
    "learner_testimonials": None,
    "faq": None,
}
EMPTY_RUN: Final[Mapping[str, Any]] = {
    "pacing_type": "instructor_paced",
    "enrollment_start": None,
    "enrollment_end": None,
    "go_live_date": None,
    "min_effort": None,
    "max_effort": None,
    "weeks_to_complete": None,
    "content_language": None,
    "transcript_languages": [],
    "staff": [],
    "expected_program_type": None,
    "expected_program_name": "",
    "status": "unpublished",
}


def course_answer(key: str, *, editor: str = UPLOADER, **fields: Any) -> dict[str, Any]:
    """A course as discovery shows it, without runs; `editor` is the address of its only editor."""
    return {
        "key": key,
        "uuid": f"uuid-of-{fold(key)}",
        "title": "A course",
        "type": "some-type",
        "product_source": {"slug": "edx"},
        **EMPTY_COURSE,
        "entitlements": [],
        "owners": [{"key": key.partition("+")[0], "uuid": "uuid-of-the-owner"}],
        "editors": [{"id": 1, "user": {"id": 7, "email": editor}}],
        "course_runs": [],
        **fields,
    }
