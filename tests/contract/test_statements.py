"""What the description of the service states and no recorded exchange shows."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.discovery.models import ChangeLog, Course, CourseEditor, CourseRun, CourseType, Organization, User
from tests.contract.calls import (
    call,
    course_fields,
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
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5Er"
    "kJggg=="
)
LONG_AGO = "2020-01-01T00:00:00Z"


def member(username: str, *groups: str) -> None:
    """An account in the groups of these organisations."""
    user = User.objects.create(username=username, email=f"{username}@example.org")
    for group in groups:
        user.groups.add(Organization.objects.get(key=group).organization_extension.group)


# --- credentials ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["exp", "iss", "aud"])
def test_a_token_without_a_needed_claim_is_invalid(claim: str) -> None:
    answer = call("staff", "GET", "/api/v1/subjects/", auth={"drop": [claim]})
    assert (answer.status, answer.body) == (401, {"detail": "Invalid token."})


def test_a_token_without_a_user_name_is_refused() -> None:
    assert call("staff", "GET", "/api/v1/subjects/", auth={"drop": ["preferred_username"]}).status == 401


def test_the_administrator_claim_sets_and_clears_staff_at_every_request() -> None:
    call("editor", "GET", "/api/v1/subjects/", auth={"administrator": True})
    assert User.objects.get(username="editor").is_staff
    call("editor", "GET", "/api/v1/subjects/", auth={"administrator": False})
    assert not User.objects.get(username="editor").is_staff


def test_the_email_claim_overwrites_the_address_and_absent_claims_change_nothing() -> None:
    call("staff", "GET", "/api/v1/subjects/", auth={"email": "new@example.org"})
    call("staff", "GET", "/api/v1/subjects/", auth={"drop": ["email", "administrator"]})
    staff = User.objects.get(username="staff")
    assert (staff.email, staff.is_staff) == ("new@example.org", True)


def test_people_of_no_organisation_are_throttled_when_a_rate_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.discovery.throttles import OutsiderThrottle

    OutsiderThrottle.cache.clear()
    monkeypatch.setattr(OutsiderThrottle, "THROTTLE_RATES", {"user": "1/hour"})
    assert [get("outsider", "subjects/").status for _ in range(2)] == [200, 429]
    assert get("outsider", "subjects/").headers["Retry-After"]
    assert [get("editor", "subjects/").status for _ in range(2)] == [200, 200]


# --- lists ------------------------------------------------------------------------------------------------------------


def test_the_last_page_has_a_name() -> None:
    answer = get("staff", "organizations/", page="last", page_size=2)
    assert [row["key"] for row in answer.body["results"]] == ["TermX"]


@pytest.mark.parametrize("limit", ["0", "-3", "many"])
def test_an_odd_limit_falls_back_to_the_default(limit: str) -> None:
    assert len(get("staff", "organizations/", limit=limit).body["results"]) == 3


@pytest.mark.parametrize("path", ["courses/", "organizations/"])
def test_a_malformed_date_filter_is_a_field_error(path: str) -> None:
    answer = get("staff", path, timestamp="soon")
    assert (answer.status, list(answer.body)) == (400, ["timestamp"])


def test_names_of_subjects_are_found_by_slug_in_any_case() -> None:
    assert get("staff", "subjects/", slug="SOCIAL-sciences").body["count"] == 1


def test_roles_of_an_unknown_organisation_are_an_empty_list() -> None:
    path = "/publisher/api/admins/organizations/00000000-0000-4000-8000-000000000000/roles/"
    answer = call("staff", "GET", path)
    assert (answer.status, answer.body) == (200, {"next": None, "previous": None, "results": []})


def test_a_type_kept_for_an_organisation_is_hidden_from_members_of_others_but_works() -> None:
    CourseType.objects.get(slug="professional").white_listed_orgs.add(Organization.objects.get(key="MITx"))

    def offered(user: str) -> list[str]:
        body = call(user, "OPTIONS", "/api/v1/courses/").body
        return [row["name"] for row in body["actions"]["POST"]["type"]["type_options"]]

    assert "Professional Only" not in offered("editor")
    assert "Professional Only" in offered("mit_editor")
    assert "Professional Only" in offered("staff")
    assert post("editor", "courses/", course_fields("W1", type=type_uuid("professional"))).status == 201


# --- addresses --------------------------------------------------------------------------------------------------------


def test_something_like_a_uuid_in_an_address() -> None:
    assert get("staff", "courses/deadbeef/", editable=1).status == 500
    answer = patch("staff", "courses/deadbeef/", {"title": "x"})
    assert (answer.status, answer.body) == (400, "“%(value)s” is not a valid UUID.")


def test_put_demands_key_type_and_partner() -> None:
    course = make_course("editor", "PUT1")
    answer = call("staff", "PUT", f"/api/v1/courses/{course['uuid']}/", {"title": "x"})
    assert answer.status == 400
    assert all(f"'{name}': [ErrorDetail(string='This field is required.'" in answer.body for name in ("key", "type"))
    assert "'partner'" in answer.body


@pytest.mark.parametrize(
    ("user", "path", "body", "status"),
    [
        ("staff", "courses/", [], 500),
        ("staff", "course_runs/", [], 400),
        ("editor", "course_runs/", [], 500),
    ],
)
def test_a_list_as_body(user: str, path: str, body: Any, status: int) -> None:
    assert post(user, path, body).status == status


# --- permissions ------------------------------------------------------------------------------------------------------


def test_a_course_whose_only_editor_is_staff_is_open_to_every_member() -> None:
    course = make_course("staff", "P1", run={})
    assert patch("second_editor", f"courses/{course['uuid']}/", {"title": "Mine"}).status == 200
    run = course["course_run_keys"][0]
    assert patch("second_editor", f"course_runs/{run}/", {"min_effort": 1}).status == 200


def test_with_editors_in_and_outside_the_organisation_other_members_are_forbidden() -> None:
    course = make_course("staff", "P2", run={})
    post("editor", "course_editors/", {"course": course["uuid"]})
    assert patch("editor", f"courses/{course['uuid']}/", {"title": "Mine"}).status == 200
    answer = patch("second_editor", f"courses/{course['uuid']}/", {"title": "Mine"})
    assert (answer.status, list(answer.body)) == (403, ["detail"])


def test_a_member_of_two_organisations_sees_both() -> None:
    member("both", "edX", "MITx")
    assert get("both", "organizations/").body["count"] == 2
    assert post("both", "courses/", course_fields("P3", org="MITx")).status == 201


def test_the_key_keeps_the_spelling_of_the_organisation_that_was_sent() -> None:
    answer = post("editor", "courses/", course_fields("P4", org="EDX"))
    assert (answer.status, answer.body["key"], answer.body["owners"][0]["key"]) == (201, "EDX+P4", "edX")


def test_any_member_may_make_a_run_that_they_may_not_change() -> None:
    make_course("editor", "P5", run={})
    answer = post("second_editor", "course_runs/", run_fields(course="edX+P5"))
    assert answer.status == 201
    assert patch("second_editor", f"course_runs/{answer.body['key']}/", {"min_effort": 1}).status == 404


@pytest.mark.parametrize("body", [{}, {"course": "edX+P6"}])
def test_an_outsider_makes_no_runs(body: dict[str, Any]) -> None:
    assert post("outsider", "course_runs/", body).status == 403


def test_whoever_shares_an_organisation_with_an_editor_may_remove_them() -> None:
    course = make_course("editor", "P7")
    row = CourseEditor.objects.get(course__uuid=course["uuid"])
    assert call("second_editor", "DELETE", f"/api/v1/course_editors/{row.pk}/").status == 204


def test_an_anonymous_post_of_an_editor_without_a_course_is_not_found() -> None:
    answer = post("anonymous", "course_editors/", {})
    assert (answer.status, answer.body) == (404, {"detail": "No User matches the given query."})


def test_history_names_who_did_it() -> None:
    course = make_course("editor", "H1", run={})
    patch("staff", f"courses/{course['uuid']}/", {"title": "New"})
    patch("editor", f"course_runs/{course['course_run_keys'][0]}/", {"min_effort": 1})
    done = [(row.user.username, row.verb, row.object_type) for row in ChangeLog.objects.select_related("user")]
    assert done == [
        ("editor", "create", "course"),
        ("editor", "create", "course_run"),
        ("staff", "update", "course"),
        ("editor", "update", "course_run"),
    ]


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


# --- review -----------------------------------------------------------------------------------------------------------


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
