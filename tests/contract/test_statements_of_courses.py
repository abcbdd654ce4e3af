"""What the description of the service states and no recorded exchange shows: courses and their runs."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.discovery.models import Course, CourseRun
from tests.contract.calls import (
    LONG_AGO,
    PNG,
    course_fields,
    get,
    make_course,
    patch,
    post,
    run_fields,
    run_type_uuid,
    type_uuid,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_module")]


# --- making courses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"number": 5}, "Failed to set data: expected string"),
        ({"number": "x" * 255}, "Failed to set data: {'key': [ErrorDetail(string='Ensure this field has no more"),
        ({"title": "y" * 256, "number": "x" * 255}, "Failed to set data: {'key': ["),
        ({"product_source": "nope", "org": "NopeX"}, "Failed to set data: Source matching query does not exist."),
        ({"collaborators": ["Acme"]}, "“%(value)s” is not a valid UUID."),
        ({"course_run": {"start": "2030-01-15T00:00:00Z"}}, "Failed to set data: {'end': [ErrorDetail("),
    ],
)
def test_a_course_that_is_refused(fields: dict[str, Any], message: str) -> None:
    answer = post("staff", "courses/", course_fields("C1", **fields))
    assert answer.status == 400
    assert answer.body.startswith(message)
    assert not Course.objects.filter(draft=True).exists()


def test_a_run_whose_price_is_no_number_spoils_a_course_that_sells_nothing_itself() -> None:
    body = course_fields("C2", type=type_uuid("audit"), prices={"verified": "abc"}, course_run=run_fields())
    answer = post("staff", "courses/", body)
    assert answer.status == 400
    assert "must be a decimal number" in answer.body
    assert not CourseRun.objects.filter(draft=True).exists()


@pytest.mark.parametrize(("title", "slug"), [("Über Größe & Co", "uber-grosse-co"), ("Ça va, où?", "ca-va-ou")])
def test_slugs_are_transliterated(title: str, slug: str) -> None:
    assert make_course("editor", "C3", title=title)["url_slug"] == slug


# --- changing courses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"subjects": ["computer-science", "computer-science"]},
        {"subjects": [{"slug": "computer-science"}]},
        {"product_source": {"slug": "edx"}},
        {"product_source": ""},
        {"watchers": None},
        {"topics": None},
        {"topics": [""]},
        {"topics": ["x" * 101]},
        {"collaborators": None},
        {"enterprise_subscription_inclusion": None},
        {"enterprise_subscription_inclusion": ""},
        {"organization_short_code_override": "x" * 256},
        {"video": {"src": "x" * 256}},
        {"image": "data:image/svg+xml;base64,PHN2Zy8+"},
        {"organization_logo_override": "data:image/png;base64,bm90IGFuIGltYWdl"},
        {"extra_description": {}},
        {"url_slug": "x" * 256},
        {"draft": False, "prices": "49"},
    ],
)
def test_a_change_of_a_course_that_is_refused_with_a_sentence(body: dict[str, Any]) -> None:
    course = make_course("editor", "D1")
    answer = patch("editor", f"courses/{course['uuid']}/", body | {"title": "Changed"})
    assert (answer.status, type(answer.body)) == (400, str)
    assert get("editor", f"courses/{course['uuid']}/", editable=1).body["title"] == "Title D1"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"topics": ["b", "a", "B"]}, {"topics": ["b", "a"]}),
        ({"topics": '["a"]'}, {"topics": ["a"]}),
        ({"title": "  padded  "}, {"title": "padded"}),
        ({"image": None, "organization_logo_override": ""}, {"image": None, "organization_logo_override_url": None}),
        ({"url_slug": None}, {"url_slug": "title-d2"}),
        ({"prices": None}, {}),
        ({"video": {"src": "a"}}, {"video": {"src": "a", "description": None, "image": None}}),
        ({"level_type": "INTRODUCTORY"}, {"level_type": "Introductory"}),
        ({"draft": None, "title": "x"}, {"title": "x"}),
        ({"number": "Z", "org": "MITx", "title": "x"}, {"key": "edX+D2"}),
    ],
)
def test_a_change_of_a_course_that_is_taken(body: dict[str, Any], shown: dict[str, Any]) -> None:
    course = make_course("editor", "D2")
    answer = patch("editor", f"courses/{course['uuid']}/", body)
    assert answer.status == 200, answer.body
    assert {name: answer.body[name] for name in shown} == shown
    again = get("editor", f"courses/{course['uuid']}/", editable=1).body
    assert {name: again[name] for name in shown} == shown


def test_pictures_are_stored_and_shown() -> None:
    course = make_course("editor", "D3", run={})
    body = patch("editor", f"courses/{course['uuid']}/", {"image": PNG, "organization_logo_override": PNG}).body
    assert body["image"]["src"].endswith(".small.png")
    assert body["organization_logo_override_url"].startswith("/media/organization/logo_override/")
    assert body["course_runs"][0]["image"] == body["image"]


def test_topics_keep_the_spelling_they_were_first_stored_in() -> None:
    first, second = make_course("editor", "D4"), make_course("editor", "D5")
    patch("editor", f"courses/{first['uuid']}/", {"topics": ["Python"]})
    assert patch("editor", f"courses/{second['uuid']}/", {"topics": ["PYTHON"]}).body["topics"] == ["Python"]


def test_a_new_type_without_a_price_deletes_the_entitlement_of_another_mode() -> None:
    course = make_course("editor", "D6")
    answer = patch("editor", f"courses/{course['uuid']}/", {"type": type_uuid("professional")})
    assert (answer.status, answer.body["entitlements"]) == (200, [])


def test_a_new_type_with_a_price_replaces_the_entitlement() -> None:
    course = make_course("editor", "D7")
    body = {"type": type_uuid("professional"), "prices": {"professional": "10"}}
    sold = patch("editor", f"courses/{course['uuid']}/", body).body["entitlements"]
    assert [(row["mode"], row["price"]) for row in sold] == [("professional", "10.00")]


# --- runs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "key"), [("CS101", "course-v1:edX+CS1+1T2030a"), ("AB1", "course-v1:edX+CS1+1T2030")]
)
def test_a_term_is_taken_by_any_run_whose_key_contains_the_number(other: str, key: str) -> None:
    make_course("editor", other, run={})
    assert make_course("editor", "CS1", run={})["course_run_keys"] == [key]


def test_a_term_is_taken_by_the_same_number_in_another_organisation() -> None:
    make_course("mit_editor", "CS2", org="MITx", run={})
    assert make_course("editor", "CS2", run={})["course_run_keys"] == ["course-v1:edX+CS2+1T2030a"]


def test_the_term_is_of_the_start_in_utc() -> None:
    course = make_course("editor", "R1", run={"start": "2030-05-01T01:00:00+05:00"})
    assert course["course_run_keys"] == ["course-v1:edX+R1+1T2030"]


def test_the_course_of_a_run_is_found_in_any_spelling() -> None:
    make_course("editor", "R2")
    answer = post("editor", "course_runs/", run_fields(course="EDX+r2"))
    assert (answer.status, answer.body["course"]) == (201, "edX+R2")


def test_a_later_run_is_overwritten_with_empty_values_too() -> None:
    make_course("editor", "R3", run={})
    body = run_fields(course="edX+R3", content_language="fr", transcript_languages=["fr"], min_effort=1, max_effort=2)
    second = post("editor", "course_runs/", body).body
    assert [second[name] for name in ("content_language", "transcript_languages", "min_effort")] == [None, [], None]


def test_a_later_run_keeps_its_dates_pacing_program_and_title() -> None:
    make_course("editor", "R4", run={})
    sent = {
        "course": "edX+R4",
        "go_live_date": "2029-01-01T00:00:00Z",
        "pacing_type": "self_paced",
        "expected_program_type": "MICROMASTERS",
        "expected_program_name": "MM",
        "title": "Own",
    }
    second = post("editor", "course_runs/", run_fields(**sent)).body
    kept = {"course": "edX+R4", "expected_program_type": "micromasters"}
    assert {name: second[name] for name in sent} == sent | kept


def test_a_run_takes_negative_prices_and_the_status_it_is_given() -> None:
    make_course("editor", "R5")
    run = post("editor", "course_runs/", run_fields(course="edX+R5", prices={"verified": -3}, status="published")).body
    assert (run["status"], [seat["price"] for seat in run["seats"]]) == ("published", ["0.00", "-3.00"])


def test_a_run_whose_enrolment_has_closed_keeps_its_seats_under_a_new_type() -> None:
    key = make_course("editor", "R6", run={"enrollment_end": LONG_AGO})["course_run_keys"][0]
    body = {"run_type": run_type_uuid("audit"), "prices": {"verified": "99"}}
    answer = patch("editor", f"course_runs/{key}/", body)
    assert answer.status == 200
    assert answer.body["run_type"] == run_type_uuid("audit")
    assert [seat["price"] for seat in answer.body["seats"]] == ["0.00", "49.00"]


def test_the_level_of_a_run_cannot_be_sent() -> None:
    key = make_course("editor", "R7", run={})["course_run_keys"][0]
    assert patch("editor", f"course_runs/{key}/", {"level_type": "Advanced"}).status == 500
    answer = patch("editor", f"course_runs/{key}/", {"level_type": None})
    assert (answer.status, type(answer.body)) == (400, str)


def test_the_uuid_of_a_run_can_be_written() -> None:
    key = make_course("editor", "R8", run={})["course_run_keys"][0]
    uuid = "00000000-0000-4000-8000-000000000001"
    assert patch("editor", f"course_runs/{key}/", {"uuid": uuid}).body["uuid"] == uuid


def test_a_restricted_run_vanishes_from_reads_but_can_be_patched() -> None:
    course = make_course("editor", "R9", run={})
    key = course["course_run_keys"][0]
    assert patch("editor", f"course_runs/{key}/", {"restriction_type": "custom-b2c"}).body["restriction_type"]
    assert get("editor", f"course_runs/{key}/", editable=1).status == 404
    assert get("editor", f"course_runs/{key}/", editable=1, include_restricted="custom-b2c").status == 200
    assert get("editor", f"courses/{course['uuid']}/", editable=1).body["course_run_keys"] == []
    assert patch("editor", f"course_runs/{key}/", {"restriction_type": ""}).body["restriction_type"] is None
    assert get("editor", f"course_runs/{key}/", editable=1).status == 200


def test_an_unknown_restriction_is_refused_with_a_sentence() -> None:
    key = make_course("editor", "R10", run={})["course_run_keys"][0]
    answer = patch("editor", f"course_runs/{key}/", {"restriction_type": "x"})
    assert (answer.status, type(answer.body)) == (400, str)


def test_hidden_runs_show_only_when_asked_for() -> None:
    course = make_course("editor", "R11", run={"hidden": True})
    path = f"courses/{course['uuid']}/"
    assert get("editor", path, editable=1).body["course_run_keys"] == []
    assert len(get("editor", path, editable=1, include_hidden_course_runs=1).body["course_run_keys"]) == 1


@pytest.mark.parametrize(
    ("start", "end", "availability"),
    [
        ("2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z", "Archived"),
        ("2020-01-01T00:00:00Z", "2090-02-01T00:00:00Z", "Current"),
        ("2090-01-01T00:00:00Z", "2090-02-01T00:00:00Z", "Upcoming"),
    ],
)
def test_availability(start: str, end: str, availability: str) -> None:
    course = make_course("editor", "R12", run={"start": start, "end": end})
    assert course["course_runs"][0]["availability"] == availability


def test_equal_start_and_end_are_fine() -> None:
    make_course("editor", "R13")
    body = run_fields(course="edX+R13", start="2030-01-15T00:00:00Z", end="2030-01-15T00:00:00Z")
    assert post("editor", "course_runs/", body).status == 201


def test_a_run_that_is_over_and_unpublished_counts_as_archived() -> None:
    course = make_course("editor", "R14", run={"start": "2020-01-01T00:00:00Z", "end": "2020-02-01T00:00:00Z"})
    assert course["course_run_statuses"] == ["archived"]
