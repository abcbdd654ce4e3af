"""Cells that name something: any of its names in any case, one match, or a problem that helps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.columns.course import COLLABORATORS, COURSE_TRACK, ORGANIZATION, PRIMARY_SUBJECT
from course_discovery_bulk.columns.run import PACING, RUN_DETAILS, RUN_TRACK
from course_discovery_bulk.data import Entry, LookupTable
from tests.unit.operations.samples import (
    COMPUTER_SCIENCE,
    LOOKUPS,
    MEMBER,
    RUN_AUDIT,
    STAFF,
    VERIFIED_AUDIT,
    parse,
)

LANGUAGE = next(column for column in RUN_DETAILS if column.name == "content_language")


@pytest.mark.parametrize(
    "text", ["Computer Science", "computer-science", "COMPUTER  science", "Computer-Science", COMPUTER_SCIENCE.upper()]
)
def test_a_subject_is_found_by_name_slug_or_uuid_in_any_case(text: str) -> None:
    assert parse(PRIMARY_SUBJECT, text).value.key == "computer-science"


@pytest.mark.parametrize("text", ["edX", "EDX", "edx inc."])
def test_an_organization_is_found_by_key_or_name(text: str) -> None:
    assert parse(ORGANIZATION, text).value.key == "edX"


@pytest.mark.parametrize("text", ["Verified and Audit", "verified-audit", VERIFIED_AUDIT])
def test_a_track_is_found_by_name_slug_or_uuid(text: str) -> None:
    assert parse(COURSE_TRACK, text).value.key == VERIFIED_AUDIT


def test_tracks_of_runs_are_looked_up_among_runs() -> None:
    assert parse(RUN_TRACK, "audit").value.key == RUN_AUDIT


def test_a_miss_says_what_was_looked_for_and_what_is_near() -> None:
    (found,) = parse(PRIMARY_SUBJECT, "Compter Science").problems

    assert (found.code, found.line, found.column) == ("UNKNOWN_VALUE", 2, "primary_subject")
    assert found.message.startswith("“Compter Science” is not a known subject. Did you mean “Computer Science”")


def test_a_miss_with_nothing_near_suggests_nothing() -> None:
    (found,) = parse(PRIMARY_SUBJECT, "Basket weaving").problems

    assert found.message == "“Basket weaving” is not a known subject."


def test_a_name_of_two_things_is_refused_with_their_keys() -> None:
    (found,) = parse(LANGUAGE, "Spanish").problems

    assert found.code == "AMBIGUOUS_VALUE"
    assert "es-419, es-es" in found.message


def test_a_key_wins_over_another_things_name() -> None:
    table = LookupTable("subject", [Entry(key="math", name="Mathematics"), Entry(key="maths-2", name="math")])

    assert [entry.key for entry in table.find("MATH")] == ["math"]


def test_an_ambiguous_collaborator_is_refused() -> None:
    twins = LookupTable("collaborator", [Entry(key="1", name="Acme"), Entry(key="2", name="ACME")])
    context = Context(lookups=replace(LOOKUPS, collaborators=twins))

    (found,) = parse(COLLABORATORS, "New Co, acme", context).problems

    assert (found.code, found.value) == ("AMBIGUOUS_VALUE", "acme")


def test_members_learn_that_an_organization_is_not_theirs() -> None:
    only_mit = LookupTable("organization", [LOOKUPS.organizations.entries[1]])
    context = Context(lookups=replace(MEMBER.lookups, organizations=only_mit))

    (found,) = parse(ORGANIZATION, "edX", context).problems

    assert found.code == "FORBIDDEN"
    assert "(MITx)" in found.message


def test_staff_learn_that_an_organization_is_not_known() -> None:
    (found,) = parse(ORGANIZATION, "edXX").problems

    assert found.code == "UNKNOWN_VALUE"


@pytest.mark.parametrize("text", ["Self-Paced", "self paced", "SELF_PACED", "self_paced"])
def test_a_choice_is_taken_in_any_spelling_of_its_words(text: str) -> None:
    assert parse(PACING, text).value == "self_paced"


@pytest.mark.parametrize(
    ("text", "suggested"),
    [("Self-Pased", "Did you mean “Self-Paced”?"), ("fast", "“Instructor-Paced” or “Self-Paced”")],
)
def test_a_choice_that_is_none_names_the_nearest_or_all(text: str, suggested: str) -> None:
    (found,) = parse(PACING, text).problems

    assert found.code == "UNKNOWN_VALUE"
    assert suggested in found.message


@pytest.mark.parametrize(
    ("column", "allowed"),
    [
        (PACING, ("Instructor-Paced", "Self-Paced")),
        (ORGANIZATION, ("edX", "MITx")),
        (PRIMARY_SUBJECT, ("Computer Science", "Social Sciences", "Data Analysis & Statistics")),
        (COLLABORATORS, ("Acme Labs", "Bolt, Inc.")),
    ],
)
def test_what_can_be_written_is_told(column: object, allowed: tuple[str, ...]) -> None:
    assert column.kind.allowed(STAFF.lookups) == allowed  # type: ignore[attr-defined]
