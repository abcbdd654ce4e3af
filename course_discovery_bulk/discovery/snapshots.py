"""Courses and runs in a comparable form: what discovery shows and what a call sends, brought to one shape.

Discovery rewrites HTML, merges and reorders tags, and gives prices two decimals, so texts cannot be compared
as they are. Both sides pass through here before anything is called a difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from course_discovery_bulk.columns.html import clean_html
from course_discovery_bulk.data import CourseSnapshot, RunSnapshot

HTML_FIELDS: Final = frozenset(
    {
        "short_description",
        "full_description",
        "outcome",
        "syllabus_raw",
        "prerequisites_raw",
        "learner_testimonials",
        "faq",
    }
)
UNORDERED_FIELDS: Final = frozenset({"topics", "transcript_languages"})
CASELESS_FIELDS: Final = frozenset(
    {"level_type", "content_language", "expected_program_type", "product_source", "url_slug", "type", "run_type"}
)
COURSE_FIELDS: Final = (
    "title",
    "type",
    "url_slug",
    "product_source",
    "level_type",
    "subjects",
    "topics",
    "watchers",
    "collaborators",
    "video",
    "additional_information",
    "organization_short_code_override",
    "enterprise_subscription_inclusion",
    *sorted(HTML_FIELDS),
)
RUN_FIELDS: Final = (
    "run_type",
    "pacing_type",
    "start",
    "end",
    "enrollment_start",
    "enrollment_end",
    "go_live_date",
    "min_effort",
    "max_effort",
    "weeks_to_complete",
    "content_language",
    "transcript_languages",
    "expected_program_type",
    "expected_program_name",
)


def read_course(answer: Mapping[str, Any]) -> CourseSnapshot:
    """A course out of an answer of `courses/`."""
    fields = {name: shown_form(name, answer.get(name)) for name in COURSE_FIELDS}
    fields["prices"] = {item["mode"]: _money(item["price"]) for item in answer["entitlements"]}
    return CourseSnapshot(
        key=answer["key"],
        uuid=answer["uuid"],
        fields=fields,
        editor_emails=tuple(editor["user"]["email"] for editor in answer["editors"]),
        runs=tuple(read_run(run) for run in answer["course_runs"]),
    )


def read_run(answer: Mapping[str, Any]) -> RunSnapshot:
    """A run out of an answer of `course_runs/` or out of a course."""
    fields = {name: shown_form(name, answer.get(name)) for name in RUN_FIELDS}
    fields["prices"] = {seat["type"]: _money(seat["price"]) for seat in answer["seats"]}
    deadlines = [seat["upgrade_deadline_override"] for seat in answer["seats"] if seat["type"] == "verified"]
    fields["upgrade_deadline_override"] = deadlines[0] if deadlines else None
    return RunSnapshot(key=answer["key"], status=answer["status"], fields=fields)


def shown_form(name: str, value: Any) -> Any:
    """The comparable form of a field as discovery shows it."""
    if name == "subjects":
        return [item["slug"] for item in value or ()]
    if name == "collaborators":
        return [item["uuid"] for item in value or ()]
    if name == "product_source":
        return (value or {}).get("slug", "").casefold()
    if name == "video":
        return (value or {}).get("src") or ""
    return _plain_form(name, value)


def sent_form(name: str, value: Any) -> Any:
    """The comparable form of a field as a call sends it."""
    if name in HTML_FIELDS:
        return clean_html(value or "")
    if name == "video":
        return (value or {}).get("src") or ""
    if name == "prices":
        return {mode: _money(price) for mode, price in value.items()}
    return _plain_form(name, value)


def lost_fields(sent: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that were sent but are shown otherwise: name -> what is shown. Fields that are not shown are left out.

    HTML counts as lost only where nothing is shown: its rewriting is discovery's own business.
    """
    return {
        name: shown[name]
        for name, value in sent.items()
        if name in shown and not _is_kept(name, sent_form(name, value), shown[name])
    }


def _is_kept(name: str, wanted: Any, found: Any) -> bool:
    if name in HTML_FIELDS:
        return bool(found) == bool(wanted)
    if name == "prices":
        return all(found.get(mode) == price for mode, price in wanted.items())
    if name == "collaborators":
        return set(wanted) == set(found)  # a creation does not keep their order
    return bool(wanted == found)


def _plain_form(name: str, value: Any) -> Any:
    if name in UNORDERED_FIELDS:
        return sorted({str(item).casefold() for item in value or ()})
    if name in CASELESS_FIELDS:
        return str(value or "").casefold()
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else value


def _money(value: Any) -> str:
    try:
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    except InvalidOperation:
        return str(value)
