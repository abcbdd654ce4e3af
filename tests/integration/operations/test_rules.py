"""Rules that protect what is there: only what is named, only what differs, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import service
from course_discovery_bulk.discovery.transport import JsonTransport
from sandbox.discovery.models import Course, CourseEditor, CourseRun
from tests.integration.operations.conftest import Run, submit, work
from tests.integration.operations.test_preview import client, give_to, publish

pytestmark = pytest.mark.usefixtures("names_fetched_once")

RUN_KEY = "course-v1:edX+BASE1+1T2030"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    """Every call to discovery: method and body."""
    made: list[tuple[str, Any]] = []
    original = JsonTransport.send

    def send(self: JsonTransport, method: str, path: str, **more: Any) -> Any:
        made.append((method, more.get("body")))
        return original(self, method, path, **more)

    monkeypatch.setattr(JsonTransport, "send", send)
    return made


def writes(calls: list[tuple[str, Any]]) -> list[Any]:
    return [body for method, body in calls if method not in {"GET", "OPTIONS"}]


def test_a_partial_update_with_only_effort_leaves_everything_else_alone(catalog: None, run: Run, calls: Any) -> None:
    before = client().get_course("edX+BASE1")
    calls.clear()

    task = run("partial_updates", f"course_run_key,minimum_effort\n{RUN_KEY},3\n")

    assert task.status == "completed"
    assert writes(calls) == [{"min_effort": 3}]
    after = client().get_course("edX+BASE1")
    changed = {name for name in before if before[name] != after[name]} - {"modified", "data_modified_timestamp"}
    run_before, run_after = before["course_runs"][0], after["course_runs"][0]
    assert changed == {"course_runs"}
    differing = {name for name in run_before if run_before[name] != run_after[name]}
    assert differing - {"modified"} == {"min_effort", "estimated_hours"}


@pytest.mark.slow
@pytest.mark.parametrize("count", [40, 500])
def test_unchanged_rows_cost_no_write_and_few_reads(count: int, catalog: None, run: Run, calls: Any) -> None:
    make_many(run, count)
    calls.clear()

    task = run("course_update", titles(count, "Course"))

    assert (task.status, task.unchanged_count) == ("completed", count)
    assert writes(calls) == []
    # Lanes share the courses among them, in shares that become smaller towards the end.
    assert len([method for method, _body in calls if method == "GET"]) <= count / 40 + SHARES + LOOKUPS


@pytest.mark.slow
def test_a_preview_of_many_rows_is_applied_as_forecast_but_for_the_one_edited_since(catalog: None, run: Run) -> None:
    make_many(run, 200)
    task = run("course_update", titles(200, "Renamed"), dry_run=True)
    forecast = task.task_summary["forecast"]
    client().update_course("edX+MANY77", {"title": "By somebody else"})

    service.apply(task)
    work(task)

    assert (forecast["actions"], forecast["api_writes"]) == ({"update": 200}, 200)
    assert (task.status, task.succeeded_count, task.failed_count) == ("partially_completed", 199, 1)
    assert [problem["code"] for problem in task.rows.get(status="failed").problems] == ["STALE"]
    assert Course.objects.get(key="edX+MANY77", draft=True).title == "By somebody else"
    assert Course.objects.filter(title__startswith="Renamed", draft=True).count() == 199


def make_many(run: Run, count: int) -> None:
    header = "organization,title,number,course_enrollment_track,course_run_enrollment_track,start_date,end_date"
    rows = [
        f"edX,Course {index},MANY{index},Audit Only,Audit Only,2030-01-15,2030-06-15,Self-Paced"
        for index in range(count)
    ]
    assert run("course_create", "\n".join([f"{header},course_pacing", *rows])).status == "completed"


def titles(count: int, word: str) -> str:
    return "\n".join(["course_key,title", *(f"edX+MANY{index},{word} {index}" for index in range(count))])


LOOKUPS = 5  # organizations, subjects, program types, sources, collaborators: once a task
SHARES = 10


def test_an_upgrade_deadline_is_carried_by_staff_and_its_loss_told_to_editors(catalog: None, run: Run) -> None:
    CourseEditor.objects.filter(course__key="edX+BASE6").delete()
    content = "course_run_key,minimum_effort\ncourse-v1:edX+BASE6+1T2030,{}\n"

    by_staff = run("course_run_update", content.format(2))
    kept = deadline("edX+BASE6")
    by_editor = run("course_run_update", content.format(3), user="editor")

    assert (by_staff.status, kept) == ("completed", "2030-03-01T00:00:00Z")
    row = by_editor.rows.get()
    assert (row.status, [problem["code"] for problem in row.problems]) == ("succeeded", ["UPGRADE_DEADLINE_LOST"])
    assert row.changes["run.upgrade_deadline_override"] == ["2030-03-01T00:00:00Z", None]
    assert deadline("edX+BASE6") is None


def test_a_run_in_review_is_refused_without_a_call(catalog: None, run: Run, calls: Any) -> None:
    client().update_run(RUN_KEY, {"draft": False})
    calls.clear()

    task = run("course_run_update", f"course_run_key,minimum_effort\n{RUN_KEY},3\n")

    assert [problem["code"] for problem in task.rows.get().problems] == ["RUN_IN_REVIEW"]
    assert writes(calls) == []


def test_a_published_course_is_changed_in_public(catalog: None, run: Run) -> None:
    publish("edX+BASE1")

    task = run("course_update", "course_key,short_description\nedX+BASE1,Seen by all\n")

    assert task.status == "completed"
    assert Course.objects.get(key="edX+BASE1", draft=False).short_description == "<p>Seen by all</p>"


def test_a_draft_beside_a_published_run_is_not_sent_to_review(catalog: None, run: Run) -> None:
    publish("edX+BASE1")
    again = f"last_active_run_key,start_date,end_date,run_type,pacing_type\n{RUN_KEY},2031-01-15,2031-06-15,"
    run("course_rerun", again + "Verified and Audit,Self-Paced\n")

    task = run("course_run_update", "course_run_key,minimum_effort\ncourse-v1:edX+BASE1+1T2031,1\n")

    assert task.status == "completed"
    made = CourseRun.objects.get(key="course-v1:edX+BASE1+1T2031", draft=True)
    assert (made.status, made.min_effort) == ("unpublished", 1)


def test_a_complete_run_is_sent_to_legal_review(catalog: None, run: Run) -> None:
    client().update_course("edX+BASE1", {"image": PIXEL, "full_description": "Long", "outcome": "Learn"})

    task = run("course_run_update", f"course_run_key,move_to_legal_review\n{RUN_KEY},TRUE\n")

    assert task.rows.get().changes == {"run.status": ["unpublished", "review_by_legal"]}
    assert CourseRun.objects.get(key=RUN_KEY, draft=True).status == "review_by_legal"


def test_a_rerun_asked_for_twice_is_made_once_unless_said_otherwise(catalog: None, run: Run) -> None:
    content = (
        "last_active_run_key,start_date,end_date,run_type,pacing_type\n"
        f"{RUN_KEY},2031-01-15,2031-06-15,Verified and Audit,Self-Paced\n"
    )
    run("course_rerun", content)

    again, on_purpose = run("course_rerun", content), run("course_rerun", content, on_existing="create")

    assert (again.skipped_count, on_purpose.succeeded_count) == (1, 1)
    assert CourseRun.objects.filter(course__key="edX+BASE1", draft=True).count() == 3


def test_a_create_may_update_what_exists(catalog: None, run: Run) -> None:
    header = "organization,title,number,course_enrollment_track,course_run_enrollment_track,start_date,end_date"
    row = "edX,Another title,BASE2,Verified and Audit,Verified and Audit,2030-01-15,2030-07-15,Instructor-Paced,99"

    task = run("course_create", f"{header},course_pacing,verified_price\n{row}\n", on_existing="update")

    assert task.status == "completed"
    assert set(task.rows.get().changes) == {"title", "run.end"}
    assert Course.objects.get(key="edX+BASE2", draft=True).title == "Another title"


def test_on_error_stop_leaves_the_rest(catalog: None, run: Run) -> None:
    content = "course_key,title\nedX+BASE1,New one\nedX+NOSUCH,x\nedX+BASE2,New two\nedX+BASE3,New three\n"

    task = run("course_update", content, on_error="stop", stop_after=1)

    assert list(task.rows.order_by("line").values_list("status", flat=True)) == [
        "succeeded",
        "invalid",
        "not_processed",
        "not_processed",
    ]
    assert Course.objects.get(key="edX+BASE2", draft=True).title == "Second course"


def test_a_price_on_a_run_that_is_over_is_a_problem_unless_its_date_moves(catalog: None, run: Run) -> None:
    header = "course_run_key,end_date,verified_price\n"
    key = "course-v1:edX+BASE5+1T2020"

    refused = run("course_run_update", f"{header}{key},,20\n")
    moved = run("course_run_update", f"{header}{key},2031-01-01,20\n")

    assert [problem["code"] for problem in refused.rows.get().problems] == ["RUN_ENDED"]
    assert moved.status == "completed"
    seats = client().get_run(key)["seats"]
    assert next(seat["price"] for seat in seats if seat["type"] == "verified") == "20.00"


def test_rows_marked_done_in_a_results_file_are_left_alone(catalog: None, run: Run) -> None:
    content = "course_key,title,line,status,codes\nedX+BASE1,Done before,2,succeeded,\nedX+BASE2,To do,3,failed,\n"

    task = run("course_update", content)

    assert list(task.rows.order_by("line").values_list("status", flat=True)) == ["skipped", "succeeded"]
    assert [problem["code"] for problem in task.rows.get(line=2).problems] == ["ALREADY_DONE"]
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "First course"


def test_an_editor_manages_editors_of_their_own_courses_only(catalog: None) -> None:
    CourseEditor.objects.filter(course__key="edX+BASE2").delete()
    content = (
        "username_or_email,course_key_or_uuid,action\n"
        "second_editor,edX+BASE2,add\neditor,edX+BASE1,add\nmit_editor,MITx+BASE4,add\n"
    )
    give_to("second_editor", "edX+BASE1")

    task = work(submit("course_editor_update", content, user="editor"))

    codes = [[problem["code"] for problem in row.problems] for row in task.rows.order_by("line")]
    assert codes == [[], ["FORBIDDEN"], ["NOT_FOUND"]]
    names = CourseEditor.objects.filter(course__key="edX+BASE2").values_list("user__username", flat=True)
    assert list(names) == ["second_editor"]


def test_a_file_of_an_editor_does_not_tell_who_has_an_account(catalog: None) -> None:
    get_user_model().objects.create(username="twin_one", email="twin@example.org")
    get_user_model().objects.create(username="twin_two", email="twin@example.org")
    names = ("mit_editor", "twin@example.org", "twin_one", "nobody_at_all", "nobody@example.org")
    rows = [
        f"{name},{key},{action}\n" for name in names for key, action in (("edX+BASE1", "add"), ("edX+BASE2", "remove"))
    ]

    task = work(
        submit("course_editor_update", f"username_or_email,course_key_or_uuid,action\n{''.join(rows)}", "editor")
    )

    answers = [
        (row.status, [(found["code"], found["message"].replace(name, "X")) for found in row.problems])
        for row in task.rows.order_by("line")
        for name in [row.cells["username_or_email"]]
    ]
    assert {status for status, _found in answers} == {"invalid"}
    assert len({found[0] for status, found in answers[::2]}) == len({found[0] for _status, found in answers[1::2]}) == 1
    assert {code for _status, found in answers for code, _message in found} == {"UNKNOWN_PERSON"}


def test_an_address_of_several_people_is_counted_for_staff_without_ids(catalog: None) -> None:
    for name in ("twin_one", "twin_two"):
        get_user_model().objects.create(username=name, email="twin@example.org")

    task = work(
        submit("course_editor_update", "username_or_email,course_key_or_uuid,action\ntwin@example.org,edX+BASE1,add\n")
    )

    (found,) = task.rows.get().problems
    assert (found["code"], found["message"]) == ("AMBIGUOUS_PERSON", "“twin@example.org” could be any of 2 people.")


def deadline(course_key: str) -> Any:
    seats = client().get_course(course_key)["course_runs"][0]["seats"]
    return next(seat["upgrade_deadline_override"] for seat in seats if seat["type"] == "verified")


PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)
