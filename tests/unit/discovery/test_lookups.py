"""Lookup tables out of recorded answers of the real service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk.discovery.lookups import TRACK_SLUGS, collaborator_entry, fetch_lookups
from course_discovery_bulk.exceptions import Misconfigured, NotAMember

EXCHANGES = Path(__file__).parents[2] / "contract" / "exchanges"


def recorded(group: str) -> list[dict[str, Any]]:
    exchanges: list[dict[str, Any]] = json.loads((EXCHANGES / f"{group}.json").read_text(encoding="utf-8"))["exchanges"]
    return exchanges


def whole_list(path: str) -> list[dict[str, Any]]:
    """The first recorded list of a path that was kept whole."""
    for exchange in recorded("lookups"):
        if exchange["request"]["path"] == f"/api/v1/{path}/" and "json" in exchange["response"]:
            return list(exchange["response"]["json"]["results"])
    raise AssertionError(path)


def options(path: str) -> dict[str, Any]:
    """A form as OPTIONS shows it, put together from the parts that were kept."""
    for exchange in recorded("options"):
        if exchange["request"]["path"] == f"/api/v1/{path}/" and exchange["as_user"] == "staff":
            kept = exchange["response"]["select"]
            prefix = "actions.POST."
            form = {name.removeprefix(prefix): value for name, value in kept.items() if name.startswith(prefix)}
            return {"actions": {"POST": form}}
    raise AssertionError(path)


class Recorded:
    """Answers as the service was seen to answer staff."""

    is_staff = True

    def course_options(self) -> dict[str, Any]:
        found = options("courses")
        choices = [{"value": name, "display_name": name} for name in ("Introductory", "Intermediate", "Advanced")]
        found["actions"]["POST"].setdefault("level_type", {"choices": choices})
        return found

    def run_options(self) -> dict[str, Any]:
        found = options("course_runs")
        found["actions"]["POST"]["content_language"]["choices"] = [
            {"value": "en-us", "display_name": "English - United States"},
            {"value": "fr", "display_name": "French"},
        ]
        return found

    def list_organizations(self) -> Iterator[dict[str, Any]]:
        yield from whole_list("organizations")

    def list_subjects(self) -> Iterator[dict[str, Any]]:
        yield from whole_list("subjects")

    def list_program_types(self) -> Iterator[dict[str, Any]]:
        yield from whole_list("program_types")

    def list_sources(self) -> Iterator[dict[str, Any]]:
        yield from whole_list("sources")

    def list_collaborators(self) -> Iterator[dict[str, Any]]:
        yield from whole_list("collaborators")


LOOKUPS = fetch_lookups(Recorded())


@pytest.mark.parametrize(
    ("table", "text", "key"),
    [
        ("organizations", "mitx", "MITx"),
        ("organizations", "<uuid:org/edX>", "edX"),
        ("course_types", "verified and audit", "<uuid:type/verified-audit>"),
        ("course_types", "verified-audit", "<uuid:type/verified-audit>"),
        ("course_types", "<uuid:type/audit>", "<uuid:type/audit>"),
        ("run_types", "Verified and Audit", "<uuid:run_type/verified-audit>"),
        ("run_types", "credit-verified-audit", "<uuid:run_type/credit-verified-audit>"),
        ("subjects", "data analysis & statistics", "data-analysis-statistics"),
        ("subjects", "<uuid:subject/computer-science>", "computer-science"),
        ("level_types", "ADVANCED", "Advanced"),
        ("languages", "french", "fr"),
        ("languages", "EN-US", "en-us"),
        ("program_types", "MicroMasters", "micromasters"),
        ("sources", "external", "ext"),
        ("collaborators", "acme labs", "<uuid:collaborator/acme-labs>"),
    ],
)
def test_things_are_found_under_every_name(table: str, text: str, key: str) -> None:
    assert [entry.key for entry in getattr(LOOKUPS, table).find(text)] == [key]


def test_a_course_track_knows_its_modes_and_the_tracks_of_its_runs() -> None:
    (track,) = LOOKUPS.course_types.find("verified-audit")
    (free,) = LOOKUPS.course_types.find("audit")

    assert track.facts["entitlement_modes"] == ("verified",)
    assert track.facts["run_types"] == {"<uuid:run_type/audit>", "<uuid:run_type/verified-audit>"}
    assert free.facts["entitlement_modes"] == ()


def test_a_run_track_that_several_course_tracks_share_is_one() -> None:
    (track,) = LOOKUPS.run_types.find("Audit Only")

    assert track.facts["modes"] == ("audit",)


def test_organizations_know_whether_they_are_in_the_subscription() -> None:
    included = {entry.key: entry.facts["enterprise_subscription_inclusion"] for entry in LOOKUPS.organizations.entries}

    assert included == {"edX": False, "MITx": True, "TermX": False}


def test_every_recorded_track_has_the_slug_that_files_use() -> None:
    assert all(entry.aliases for entry in LOOKUPS.course_types.entries)
    assert len(set(TRACK_SLUGS.values())) == len(TRACK_SLUGS)


@pytest.mark.parametrize("is_staff", [True, False])
def test_whose_lookups_they_are(*, is_staff: bool) -> None:
    client = Recorded()
    client.is_staff = is_staff

    assert fetch_lookups(client).uploader_is_staff is is_staff


@pytest.mark.parametrize("body", [{}, {"actions": {}}, {"name": "Course Run List"}])
def test_a_form_that_is_not_shown_says_why(monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]) -> None:
    client = Recorded()
    monkeypatch.setattr(client, "run_options", lambda: body)

    with pytest.raises(Misconfigured, match="OPTIONS course_runs/ shows no form"):
        fetch_lookups(client)

    client.is_staff = False
    with pytest.raises(NotAMember, match="doesn't belong to an organization"):
        fetch_lookups(client)


@pytest.mark.parametrize("name", ["", None])
def test_a_collaborator_without_a_name_goes_by_uuid(name: str | None) -> None:
    assert collaborator_entry({"uuid": "u1", "name": name}).names == ("u1", "u1")
