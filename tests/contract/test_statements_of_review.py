"""What the description of the service states and no recorded exchange shows: review and publication."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.calls import (
    LONG_AGO,
    PNG,
    get,
    make_course,
    patch,
    post,
    review,
    run_fields,
    run_type_uuid,
    type_uuid,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_module")]


def reviewed_course(number: str, **run: Any) -> dict[str, Any]:
    course = make_course("editor", number, run=run)
    review(course["course_run_keys"][0])
    return course


def status_of(course: dict[str, Any]) -> str:
    return get("editor", f"course_runs/{course['course_run_keys'][0]}/", editable=1).body["status"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"prices": {"verified": "60"}}, "reviewed"),
        ({"prices": {"verified": "49.50"}}, "reviewed"),
        ({"prices": {"verified": "49.99"}}, "unpublished"),
        ({"watchers": ["w@example.org"]}, "reviewed"),
        ({"video": {"src": "https://example.org/v"}}, "reviewed"),
        ({"url_slug": "another"}, "reviewed"),
        ({"image": PNG}, "reviewed"),
        ({"title": "Title V1"}, "reviewed"),
        ({"title": "Other"}, "unpublished"),
        ({"product_source": "edx"}, "reviewed"),
        ({"product_source": "ext"}, "unpublished"),
        ({"subjects": []}, "reviewed"),
        ({"subjects": ["computer-science"]}, "unpublished"),
        ({"topics": []}, "reviewed"),
        ({"topics": ["a"]}, "unpublished"),
        ({"enterprise_subscription_inclusion": True}, "unpublished"),
        ({"enterprise_subscription_inclusion": False}, "reviewed"),
        ({"level_type": "Advanced"}, "unpublished"),
    ],
)
def test_what_a_change_of_the_course_does_to_its_reviewed_run(body: dict[str, Any], status: str) -> None:
    course = reviewed_course("V1")
    assert patch("editor", f"courses/{course['uuid']}/", body).status == 200
    assert status_of(course) == status


def test_the_order_of_subjects_and_the_number_of_topics_count() -> None:
    course = make_course("editor", "V2", run={})
    path = f"courses/{course['uuid']}/"
    patch("editor", path, {"subjects": ["computer-science", "social-sciences"], "topics": ["a"]})
    review(course["course_run_keys"][0])
    patch("editor", path, {"topics": ["b"]})
    assert status_of(course) == "reviewed"
    patch("editor", path, {"subjects": ["social-sciences", "computer-science"]})
    assert status_of(course) == "unpublished"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"prices": {"verified": "60"}}, "reviewed"),
        ({"content_language": "fr", "pacing_type": "self_paced", "max_effort": 3}, "reviewed"),
        ({"expected_program_type": "xseries"}, "unpublished"),
        ({"title": "Own"}, "unpublished"),
        ({"video": {"src": "x"}}, "unpublished"),
        ({"draft": False, "title": "Own"}, "review_by_legal"),
    ],
)
def test_what_a_change_of_a_reviewed_run_does_to_it(body: dict[str, Any], status: str) -> None:
    course = reviewed_course("V3")
    answer = patch("editor", f"course_runs/{course['course_run_keys'][0]}/", body)
    assert (answer.status, answer.body["status"]) == (200, status)


def test_an_exempt_change_of_a_reviewed_run_reaches_the_public_at_once() -> None:
    course = reviewed_course("V4")
    key = course["course_run_keys"][0]
    patch("editor", f"course_runs/{key}/", {"prices": {"verified": "60"}, "draft": True})
    assert [seat["price"] for seat in get("staff", f"course_runs/{key}/").body["seats"]] == ["0.00", "60.00"]


def test_moving_the_publication_date_into_the_past_later_publishes_nothing() -> None:
    course = reviewed_course("V5")
    patch("editor", f"course_runs/{course['course_run_keys'][0]}/", {"go_live_date": LONG_AGO})
    assert status_of(course) == "reviewed"


def test_a_reviewer_may_send_draft_and_prices_beside_the_status() -> None:
    key = make_course("editor", "V6", run={})["course_run_keys"][0]
    patch("editor", f"course_runs/{key}/", {"draft": False})
    answer = patch("staff", f"course_runs/{key}/", {"status": "reviewed", "draft": True, "prices": {"verified": "1"}})
    assert (answer.status, answer.body["status"]) == (200, "reviewed")


def test_audit_may_become_verified_after_review() -> None:
    course = make_course("editor", "V7", type=type_uuid("audit"), run={"run_type": run_type_uuid("audit")})
    review(course["course_run_keys"][0])
    body = {"type": type_uuid("verified-audit"), "prices": {"verified": "10"}}
    assert patch("editor", f"courses/{course['uuid']}/", body).status == 200
    run_body = {"run_type": run_type_uuid("verified-audit"), "prices": {"verified": "10"}}
    assert patch("editor", f"course_runs/{course['course_run_keys'][0]}/", run_body).status == 200


def test_a_published_run_copies_itself_and_its_course_out() -> None:
    course = make_course("editor", "V8", run={})
    key = course["course_run_keys"][0]
    review(key, go_live_date=LONG_AGO)
    patch("editor", "courses/edX+V8/", {"short_description": "new", "draft": True})
    assert get("staff", "courses/edX+V8/").body["short_description"] is None
    patch("editor", f"course_runs/{key}/", {"weeks_to_complete": 3, "draft": False})
    assert get("staff", "courses/edX+V8/").body["short_description"] == "<p>new</p>"


def test_a_new_run_beside_a_published_one_is_a_draft() -> None:
    course = make_course("editor", "V9", run={})
    review(course["course_run_keys"][0], go_live_date=LONG_AGO)
    second = post("editor", "course_runs/", run_fields(course="edX+V9")).body
    assert get("staff", f"course_runs/{second['key']}/").status == 404
    assert len(get("staff", "courses/edX+V9/").body["course_run_keys"]) == 1
    assert len(get("staff", "courses/edX+V9/", editable=1).body["course_run_keys"]) == 2


def test_an_upgrade_deadline_lives_only_as_long_as_every_patch_carries_it() -> None:
    key = make_course("editor", "V10", run={})["course_run_keys"][0]
    path = f"course_runs/{key}/"
    deadline = "2030-05-01T00:00:00Z"
    assert (
        patch("staff", path, {"upgrade_deadline_override": deadline}).body["seats"][1]["upgrade_deadline"] == deadline
    )
    kept = patch("staff", path, {"upgrade_deadline_override": deadline, "min_effort": 1})
    assert kept.body["seats"][1]["upgrade_deadline_override"] == deadline
    assert patch("editor", path, {"min_effort": 2}).body["seats"][1]["upgrade_deadline_override"] is None
