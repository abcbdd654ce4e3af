"""The comparable form: the answers of the real service against what was sent to it, and what counts as lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk.data import CourseSnapshot, RunSnapshot
from course_discovery_bulk.discovery import snapshots
from course_discovery_bulk.operations.registry import known_fields

FIELDS = known_fields()
BOTH = {**FIELDS.run, **FIELDS.course}  # by name, whichever side has it
EXCHANGES = Path(__file__).parents[2] / "contract" / "exchanges"


def recorded(group: str, scenario: str) -> list[dict[str, Any]]:
    content = json.loads((EXCHANGES / f"{group}.json").read_text(encoding="utf-8"))
    return [exchange for exchange in content["exchanges"] if exchange["scenario"] == scenario]


CREATION = recorded("course_create", "create_with_run_extras")[0]
SENT, ANSWER = CREATION["request"]["json"], CREATION["response"]["json"]


SHOWN_NAMES = {"video": "video.src"}  # the one field that is an object on both sides


def run_answers() -> Iterator[dict[str, Any]]:
    yield ANSWER["course_runs"][0]
    yield recorded("course_create", "create_with_run_extras")[2]["response"]["json"]


def read_course(answer: dict[str, Any]) -> CourseSnapshot:
    return snapshots.read_course(answer, FIELDS)


def read_run(answer: dict[str, Any]) -> RunSnapshot:
    return snapshots.read_run(answer, FIELDS)


def lost_fields(sent: Any, shown: Any) -> dict[str, Any]:
    return snapshots.lost_fields(sent, shown, BOTH)


def settable_form(name: str, answer: dict[str, Any]) -> Any:
    return BOTH[name].read(answer)


def is_same(name: str, one: Any, other: Any) -> bool:
    return BOTH[name].comparison.is_same(one, other)


# --- reading


def test_a_course_is_read_from_its_answer() -> None:
    course = read_course(ANSWER)

    assert (course.key, course.uuid, course.has_image) == ("edX+CC02<tag>", "<uuid:c>", False)
    assert [(owner.key, owner.uuid) for owner in course.owners] == [("edX", "<uuid:org/edX>")]
    assert [(editor.user_id, editor.email) for editor in course.editors] == [("<id:user/staff>", "staff@example.org")]
    assert course.fields["title"] == "Title CC02<tag>"
    assert course.fields["prices"] == {"verified": "49.00"}
    assert course.fields["product_source"] == "edx"
    assert course.fields["subjects"] == []
    assert course.fields["type"] == "<uuid:type/verified-audit>"
    assert [run.key for run in course.runs] == ["course-v1:edX+CC02<tag>+1T2030"]


@pytest.mark.parametrize("answer", list(run_answers()), ids=["within its course", "by itself"])
def test_a_run_is_read_from_either_answer(answer: dict[str, Any]) -> None:
    run = read_run(answer)

    assert (run.key, run.status) == ("course-v1:edX+CC02<tag>+1T2030", "unpublished")
    assert run.fields["start"] == "2030-01-15T00:00:00Z"
    assert run.fields["transcript_languages"] == ["es-es", "fr"]
    assert run.fields["prices"] == {"audit": "0.00", "verified": "49.00"}
    assert run.fields["upgrade_deadline_override"] is None


def test_the_upgrade_deadline_is_that_of_the_verified_seat() -> None:
    seats = [
        {"type": "audit", "price": "0.00", "upgrade_deadline_override": None},
        {"type": "verified", "price": "49.00", "upgrade_deadline_override": "2030-02-01T00:00:00Z"},
    ]

    assert read_run({**ANSWER["course_runs"][0], "seats": seats}).fields["upgrade_deadline_override"] == (
        "2030-02-01T00:00:00Z"
    )


# --- what was sent is found in what is shown


def test_of_a_recorded_creation_nothing_is_lost() -> None:
    course = read_course(ANSWER)
    run = {name: value for name, value in SENT["course_run"].items() if name != "prices"}
    sent = {name: SENT[name] for name in ("title", "type", "product_source", "prices")}

    assert lost_fields(sent, course.fields) == {}
    assert lost_fields(run, course.runs[0].fields) == {}


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("title", " Title ", "Title"),
        ("subjects", ["a", "b"], [{"slug": "a", "name": "A"}, {"slug": "b", "name": "B"}]),
        ("collaborators", ["u1", "u2"], [{"uuid": "u1", "name": "x"}, {"uuid": "u2", "name": "y"}]),
        ("product_source", "EDX", {"slug": "edx", "name": "edX"}),
        ("video", {"src": "https://v.example.org"}, {"src": "https://v.example.org", "image": None}),
        ("video", {"src": ""}, None),
        ("topics", ["b", "A", "a"], ["A", "b"]),
        ("transcript_languages", ["fr", "es-ES"], ["es-es", "fr"]),
        ("level_type", "introductory", "Introductory"),
        ("content_language", "FR", "fr"),
        ("expected_program_type", "MicroMasters", "micromasters"),
        ("url_slug", "Intro", "intro"),
        ("min_effort", 0, 0),
        ("weeks_to_complete", None, None),
        ("expected_program_name", "", None),
        ("enterprise_subscription_inclusion", True, True),
        ("watchers", ["a@example.org"], ["a@example.org"]),
        ("start", "2030-01-15T00:00:00Z", "2030-01-15T00:00:00Z"),
        ("short_description", "<b>x</b>", "<p><strong>x</strong></p>"),
        ("short_description", None, None),
    ],
)
def test_what_is_shown_in_another_shape_is_kept(name: str, sent: Any, shown: Any) -> None:
    shown_name = SHOWN_NAMES.get(name, name)

    assert lost_fields({name: sent}, {shown_name: settable_form(shown_name, {name: shown})}) == {}


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("title", "New", "Old"),
        ("subjects", ["a", "b"], [{"slug": "b"}, {"slug": "a"}]),  # the order says which is primary
        ("subjects", ["a"], []),
        ("collaborators", ["u1"], []),
        ("topics", ["a"], []),
        ("min_effort", 2, None),
        ("min_effort", 2, 0),
        ("enterprise_subscription_inclusion", True, False),
        ("video", {"src": "https://v.example.org"}, None),
        ("short_description", "<p>x</p>", None),
        ("short_description", "", "<p>old</p>"),
        ("short_description", "<script>x</script>", ""),
        ("level_type", "Advanced", None),
        ("start", "2030-01-15T00:00:00Z", "2030-01-16T00:00:00Z"),
    ],
)
def test_what_is_not_kept_is_told_with_what_is_shown(name: str, sent: Any, shown: Any) -> None:
    shown_name = SHOWN_NAMES.get(name, name)
    found = settable_form(shown_name, {name: shown})

    assert lost_fields({name: sent}, {shown_name: found}) == {shown_name: found}


def test_the_order_of_collaborators_is_not_a_loss() -> None:
    shown = settable_form("collaborators", {"collaborators": [{"uuid": "u2"}, {"uuid": "u1"}]})

    assert lost_fields({"collaborators": ["u1", "u2"]}, {"collaborators": shown}) == {}


@pytest.mark.parametrize(
    ("sent", "shown", "lost"),
    [
        ({"verified": "49"}, {"verified": "49.00"}, {}),
        ({"verified": "49.5"}, {"verified": "49.50", "audit": "0.00"}, {}),
        ({}, {"verified": "49.00"}, {}),
        ({"verified": "49"}, {"verified": "59.00"}, {"prices": {"verified": "59.00"}}),
        ({"verified": "49"}, {}, {"prices": {}}),
    ],
)
def test_prices_are_compared_as_money_and_by_mode(sent: Any, shown: Any, lost: Any) -> None:
    assert lost_fields({"prices": sent}, {"prices": shown}) == lost


def test_fields_that_are_not_shown_cannot_be_lost() -> None:
    assert lost_fields({"image": "data:...", "draft": False}, read_course(ANSWER).fields) == {}


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("short_description", "<b>x</b>", "<p><strong>x</strong></p>"),
        ("faq", "plain", "<p>plain</p>"),
        ("outcome", None, ""),
        ("topics", ["b", "A"], ["a", "B", "b"]),
        ("topics", None, []),
        ("level_type", "ADVANCED", "advanced"),
        ("title", "Title ", "Title"),
        ("prices", {"verified": "49"}, {"verified": "49.00"}),
        ("watchers", None, []),
        ("content_language", None, ""),
        ("min_effort", 2, 2),
    ],
)
def test_two_values_that_mean_the_same_to_discovery(name: str, one: Any, other: Any) -> None:
    assert is_same(name, one, other)
    assert is_same(name, other, one)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("short_description", "<p>x</p>", "<p>y</p>"),
        ("title", "Title", "TITLE"),
        ("subjects", ["a", "b"], ["b", "a"]),
        ("topics", ["a"], ["a", "b"]),
        ("min_effort", 0, None),
        ("enterprise_subscription_inclusion", False, None),
        ("prices", {"verified": "49"}, {"verified": "49.01"}),
        ("prices", {"verified": "49"}, {}),
    ],
)
def test_two_values_that_differ(name: str, one: Any, other: Any) -> None:
    assert not is_same(name, one, other)
