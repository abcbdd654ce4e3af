"""What the description of the service states and no recorded exchange shows: who may see and do what."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.discovery.models import ChangeLog, CourseEditor, CourseType, Organization, User
from tests.contract.calls import (
    call,
    course_fields,
    get,
    make_course,
    patch,
    post,
    run_fields,
    type_uuid,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_module")]


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
