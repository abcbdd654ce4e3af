"""A preview writes nothing and says what would happen; applying it does exactly that, or says what is stale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from course_discovery_bulk import conf, service
from course_discovery_bulk.data import RowPlan
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers import replanning
from sandbox.discovery.models import ChangeLog, Course, CourseRun
from tests.integration.operations.conftest import DATA, Run, submit, work

pytestmark = pytest.mark.usefixtures("names_fetched_once")

TWO_ROWS = "course_key,title\nedX+BASE1,New title one\nedX+BASE2,New title two\nedX+BASE3,Audit course\n"


def client() -> DiscoveryClient:
    staff = get_user_model().objects.get(username="staff")
    return open_client(staff, host="testserver", settings=conf.read())


def statuses(task: BulkOperationTask) -> list[str]:
    return list(task.rows.order_by("line").values_list("status", flat=True))


def test_a_preview_writes_nothing_and_keeps_every_change(catalog: None, run: Run) -> None:
    before = ChangeLog.objects.count()

    task = run("course_update", TWO_ROWS, dry_run=True)

    assert (task.status, statuses(task)) == ("validated", ["pending", "pending", "unchanged"])
    assert task.rows.get(line=2).changes == {"title": ["First course", "New title one"]}
    assert task.rows.get(line=2).action == "update"
    assert ChangeLog.objects.count() == before
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "First course"
    forecast = task.task_summary["forecast"]
    assert (forecast["actions"], forecast["api_writes"]) == ({"update": 2}, 2)
    assert (task.task_summary["summary"]["failure_count"], task.unchanged_count) == (0, 1)


def test_applying_does_what_was_forecast(catalog: None, run: Run) -> None:
    task = run("course_update", TWO_ROWS, dry_run=True)

    assert service.apply(task)
    work(task)

    assert (task.status, statuses(task)) == ("completed", ["succeeded", "succeeded", "unchanged"])
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "New title one"
    assert task.task_summary["forecast"]["api_writes"] == 2


def test_a_preview_is_applied_once(catalog: None, run: Run) -> None:
    task = run("course_update", TWO_ROWS, dry_run=True)

    assert service.apply(task)
    assert not service.apply(task)
    work(task)
    assert not service.apply(task)


@pytest.mark.parametrize("edited", [{"title": "Edited meanwhile"}, {"faq": "<p>Edited meanwhile</p>"}])
def test_a_record_edited_since_is_refused_for_that_row_only(edited: dict[str, Any], catalog: None, run: Run) -> None:
    task = run("course_update", TWO_ROWS, dry_run=True)
    client().update_course("edX+BASE1", edited)

    service.apply(task)
    work(task)

    assert statuses(task) == ["failed", "succeeded", "unchanged"]
    assert [problem["code"] for problem in task.rows.get(line=2).problems] == ["STALE"]
    assert Course.objects.get(key="edX+BASE1", draft=True).title == edited.get("title", "First course")


def test_what_was_shown_is_written_though_texts_are_prepared_in_another_way_since(
    catalog: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Previews wait across an update of this software; nothing has changed in the catalog."""
    task = run("course_update", "course_key,faq\nedX+BASE1,<p>Shown</p>\nedX+BASE2,<p>Too</p>\n", dry_run=True)
    original = replanning.plan_on

    def plan_on(*given: Any, **more: Any) -> RowPlan:
        plan = original(*given, **more)
        steps = tuple(replace(step, body={**step.body, "faq": "<p>Otherwise</p>"}) for step in plan.steps)
        return replace(plan, steps=steps, changes={"faq": ("", "<p>Otherwise</p>")})

    monkeypatch.setattr(replanning, "plan_on", plan_on)
    service.apply(task)
    client().update_course("edX+BASE2", {"title": "Edited meanwhile"})
    work(task)

    assert statuses(task) == ["succeeded", "failed"]
    assert Course.objects.get(key="edX+BASE1", draft=True).faq == "<p>Shown</p>"
    assert task.rows.get(line=2).changes["faq"][1] == "<p>Shown</p>"
    assert [problem["code"] for problem in task.rows.get(line=3).problems] == ["STALE"]


def test_rows_of_one_course_do_not_make_each_other_stale(catalog: None, run: Run) -> None:
    content = "course_key,title,faq\nedX+BASE1,New title,\nedX+BASE1,,<p>New</p>\n"
    task = run("course_update", content, dry_run=True)

    service.apply(task)
    work(task)

    assert statuses(task) == ["succeeded", "succeeded"]
    course = Course.objects.get(key="edX+BASE1", draft=True)
    assert (course.title, course.faq) == ("New title", "<p>New</p>")


def test_a_course_made_since_is_not_made_twice(catalog: None, run: Run) -> None:
    content = (DATA / "catalog.csv").read_text().replace("BASE", "LATER")
    task = run("course_create", content, dry_run=True)
    assert task.task_summary["forecast"]["actions"] == {"create": 6}
    run("course_create", "\n".join(content.splitlines()[:2]))

    service.apply(task)
    work(task)

    assert statuses(task) == ["skipped"] + ["succeeded"] * 5


def test_the_forecast_counts_side_effects(catalog: None, run: Run) -> None:
    publish("edX+BASE1")
    content = (
        "course_run_key,title,minimum_effort\ncourse-v1:edX+BASE1+1T2030,New title,3\ncourse-v1:edX+BASE2+1T2030,,3\n"
    )

    task = run("partial_updates", content, dry_run=True)

    assert task.task_summary["forecast"]["side_effects"] == {"studio_pushes": 2, "published_runs_touched": 2}
    assert task.rows.get(line=2).steps[0]["body"]["draft"] is False
    assert task.rows.get(line=3).steps[0]["body"].get("draft") is None


def test_a_discarded_preview_writes_nothing(catalog: None, run: Run) -> None:
    task = run("course_update", TWO_ROWS, dry_run=True)

    assert service.cancel(task)
    work(task)

    assert (task.status, statuses(task)) == ("cancelled", ["not_processed", "not_processed", "unchanged"])
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "First course"


def test_an_editor_sees_in_the_preview_what_is_forbidden(catalog: None) -> None:
    content = "course_key,title\nedX+BASE1,Mine?\nMITx+BASE4,Not mine\n"
    give_to("second_editor", "edX+BASE1")

    task = work(submit("course_update", content, user="editor", dry_run=True))

    codes = [[problem["code"] for problem in row.problems] for row in task.rows.order_by("line")]
    assert (statuses(task), codes) == (["invalid", "invalid"], [["FORBIDDEN"], ["NOT_FOUND"]])


def give_to(username: str, key: str) -> None:
    """Makes a member the editor of a course, so that other members of the organization no longer may edit it."""
    user = get_user_model().objects.get(username=username)
    client().add_editor({"course": client().get_course(key)["uuid"], "user_id": user.pk})


def publish(key: str) -> None:
    """Brings the run of a course through review; staff only."""
    run_key = CourseRun.objects.get(course__key=key, draft=True).key
    staff = client()
    staff.update_run(run_key, {"draft": False, "go_live_date": "2020-01-01T00:00:00Z"})
    staff.update_run(run_key, {"status": "reviewed"})
    assert staff.get_run(run_key)["status"] == "published"
