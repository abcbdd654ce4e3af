"""Courses and runs out of answers of discovery: the fields that calls can set, in the shape in which they are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from course_discovery_bulk.data import CourseSnapshot, EditorSnapshot, OwnerSnapshot, RunSnapshot
from course_discovery_bulk.text.comparing import HTML_FIELDS, is_same, kept_prices, money

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
    "video.src",
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
    fields = {name: settable_form(name, answer) for name in COURSE_FIELDS}
    fields["prices"] = {item["mode"]: money(item["price"]) for item in answer["entitlements"]}
    return CourseSnapshot(
        key=answer["key"],
        uuid=answer["uuid"],
        fields=fields,
        has_image=bool(answer.get("image")),
        is_editable=bool(answer.get("editable", True)),
        owners=tuple(OwnerSnapshot(key=owner["key"], uuid=owner["uuid"]) for owner in answer["owners"]),
        editors=tuple(_editor(editor) for editor in answer["editors"]),
        runs=tuple(read_run(run) for run in answer["course_runs"]),
    )


def read_run(answer: Mapping[str, Any]) -> RunSnapshot:
    """A run out of an answer of `course_runs/` or out of a course."""
    fields = {name: settable_form(name, answer) for name in RUN_FIELDS}
    fields["prices"] = {seat["type"]: money(seat["price"]) for seat in answer["seats"]}
    deadlines = [seat["upgrade_deadline_override"] for seat in answer["seats"] if seat["type"] == "verified"]
    fields["upgrade_deadline_override"] = deadlines[0] if deadlines else None
    return RunSnapshot(key=answer["key"], status=answer["status"], fields=fields)


def settable_form(name: str, answer: Mapping[str, Any]) -> Any:
    """The value of a field as a call would set it: slugs and UUIDs where discovery shows objects."""
    outer, _, inner = name.partition(".")
    value = answer.get(outer)
    if inner:
        return (value or {}).get(inner) or ""
    if name == "subjects":
        return [item["slug"] for item in value or ()]
    if name == "collaborators":
        return [item["uuid"] for item in value or ()]
    if name == "product_source":
        return (value or {}).get("slug", "")
    return value


def lost_fields(sent: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that were sent but are shown otherwise: name -> what is shown. Fields that are not shown are left out.

    HTML counts as lost only where nothing is shown: its rewriting is discovery's own business.
    """
    return {
        name: shown[name]
        for name, value in flattened(sent).items()
        if name in shown and not _is_kept(name, value, shown[name])
    }


def flattened(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body by the names that snapshots have for them."""
    return {name: value for outer, value in sent.items() for name, value in _flattened(outer, value)}


def _flattened(outer: str, value: Any) -> list[tuple[str, Any]]:
    if outer == "video" and isinstance(value, Mapping):
        return [(f"{outer}.{inner}", item) for inner, item in value.items()]
    return [(outer, value)]


def _is_kept(name: str, wanted: Any, found: Any) -> bool:
    if name in HTML_FIELDS:
        return bool(found) == bool((wanted or "").strip())
    if name == "prices":
        return kept_prices(wanted, found)
    if name == "collaborators":
        return set(wanted) == set(found)  # a creation does not keep their order
    return is_same(name, wanted, found)


def _editor(answer: Mapping[str, Any]) -> EditorSnapshot:
    user = answer["user"]
    return EditorSnapshot(id=answer["id"], user_id=user["id"], email=user["email"] or "")
