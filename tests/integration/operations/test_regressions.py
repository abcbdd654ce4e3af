"""Mistakes that were made once: each test is a file, or a moment to stop at, that brought one to light."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from course_discovery_bulk import service
from course_discovery_bulk.data import LookupTable
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers import context
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import ChangeLog, Course, CourseRun
from tests.integration.operations.conftest import Run, submit, work
from tests.integration.operations.test_preview import TWO_ROWS, client, statuses

RUN_KEY = "course-v1:edX+BASE1+1T2030"


def codes(task: BulkOperationTask) -> list[list[str]]:
    return [[problem["code"] for problem in row.problems] for row in task.rows.order_by("line")]


def set_slices(settings: Any, **options: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, **options}


# --- two rows for one course


def test_rows_that_name_one_course_differently_build_on_each_other(catalog: None, run: Run) -> None:
    uuid = client().get_course("edX+BASE1")["uuid"]

    task = run("course_update", f"course_key,course_uuid,topics\nedX+BASE1,,+gamma\n,{uuid},+delta\n")

    assert statuses(task) == ["succeeded", "succeeded"]
    assert set(client().get_course("edX+BASE1")["topics"]) == {"alpha", "beta", "gamma", "delta"}


def test_two_runs_of_a_course_may_have_different_prices(catalog: None, run: Run) -> None:
    again = "last_active_run_key,start_date,end_date,run_type,pacing_type\n"
    run("course_rerun", f"{again}{RUN_KEY},2031-01-15,2031-06-15,Verified and Audit,Self-Paced\n")

    task = run("course_run_update", f"course_run_key,verified_price\n{RUN_KEY},60\ncourse-v1:edX+BASE1+1T2031,70\n")

    assert statuses(task) == ["succeeded", "succeeded"]
    prices = [
        {seat["type"]: seat["price"] for seat in run["seats"]}["verified"]
        for run in client().get_course("edX+BASE1")["course_runs"]
    ]
    assert prices == ["60.00", "70.00"]


def test_rows_of_one_course_that_share_a_field_are_applied_after_a_preview(catalog: None, run: Run) -> None:
    rows = "edX+BASE1,Business & Management,\nedX+BASE1,,Data Analysis & Statistics\n"
    task = run("course_update", f"course_key,primary_subject,secondary_subject\n{rows}", dry_run=True)
    assert statuses(task) == ["pending", "pending"], codes(task)

    service.apply(task)
    work(task)

    assert statuses(task) == ["succeeded", "succeeded"]
    names = [subject["name"] for subject in client().get_course("edX+BASE1")["subjects"]]
    assert names == ["Business & Management", "Data Analysis & Statistics"]


# --- policies


def test_all_or_nothing_writes_nothing_where_planning_finds_a_bad_row(catalog: None, run: Run) -> None:
    before = ChangeLog.objects.count()

    task = run("course_update", "course_key,title\nedX+BASE1,New\nedX+NOSUCH,x\n", on_error="all_or_nothing")

    assert (task.status, statuses(task)) == ("failed", ["not_processed", "invalid"])
    assert codes(task) == [["POLICY_STOPPED"], ["NOT_FOUND"]]
    assert ChangeLog.objects.count() == before


def test_all_or_nothing_writes_all_where_every_row_is_good(catalog: None, run: Run) -> None:
    task = run("course_update", TWO_ROWS, on_error="all_or_nothing")

    assert (task.status, statuses(task)) == ("completed", ["succeeded", "succeeded", "unchanged"])


def test_bad_rows_of_a_preview_do_not_stop_what_is_applied(catalog: None, run: Run) -> None:
    content = "course_key,title\nedX+NOSUCH,x\nedX+BASE1,New title one\n"
    task = run("course_update", content, dry_run=True, on_error="stop", stop_after=1)

    service.apply(task)
    work(task)

    assert (task.status, statuses(task)) == ("partially_completed", ["invalid", "succeeded"])


# --- previews that are long, cancelled or planned on bad ground


def test_a_preview_is_made_in_slices(catalog: None, settings: Any) -> None:
    set_slices(settings, SLICE_SECONDS=0.0, STATE_BATCH=1)
    task = submit("course_update", TWO_ROWS, dry_run=True)

    work_on(task.pk)
    task.refresh_from_db()
    first = (task.status, task.task_summary["forecast"]["api_writes"])
    work(task)

    assert first == ("validating", 1)
    assert (task.status, task.task_summary["forecast"]["actions"]) == ("validated", {"update": 2})
    assert "planned_to_line" not in task.task_summary


def test_a_preview_that_is_cancelled_while_it_is_made_ends(catalog: None, settings: Any) -> None:
    set_slices(settings, SLICE_SECONDS=0.0, STATE_BATCH=1)
    task = submit("course_update", TWO_ROWS, dry_run=True)
    work_on(task.pk)

    service.cancel(task)
    work(task)

    assert (task.status, statuses(task)) == ("cancelled", ["not_processed"] * 3)


def test_what_a_cell_names_may_go_between_preview_and_apply(
    catalog: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = run("course_update", "course_key,title,level_type\nedX+BASE2,New title,Advanced\n", dry_run=True)
    fetch = context.fetch_lookups
    monkeypatch.setattr(
        context, "fetch_lookups", lambda made: replace(fetch(made), level_types=LookupTable("level", ()))
    )
    context.cache.clear()

    service.apply(task)
    work(task)

    assert (statuses(task), codes(task)) == (["invalid"], [["UNKNOWN_VALUE"]])
    assert Course.objects.get(key="edX+BASE2", draft=True).title == "Second course"


# --- outages


def test_a_task_that_waits_for_discovery_before_its_rows_are_checked_can_be_cancelled(
    catalog: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(client: DiscoveryClient) -> Any:
        raise Transient("away", status=503)

    task = submit("course_update", TWO_ROWS)
    monkeypatch.setattr(context, "fetch_lookups", is_away)
    work_on(task.pk)
    task.refresh_from_db()
    assert task.next_attempt_at is not None

    service.cancel(task)
    work(task)

    assert (task.status, statuses(task)) == ("cancelled", ["not_processed"] * 3)


def test_what_was_not_kept_is_still_known_after_a_pause(
    catalog: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_slices(settings, PAUSE_SECONDS=0.0, ROW_ATTEMPTS=1)
    update_course, update_run = DiscoveryClient.update_course, DiscoveryClient.update_run
    failures = [Transient("away", status=503)]

    def forget_title(self: DiscoveryClient, key: str, body: Any) -> Any:
        return update_course(self, key, {name: value for name, value in body.items() if name != "title"})

    def fail_once(self: DiscoveryClient, key: str, body: Any) -> Any:
        if failures:
            raise failures.pop()
        return update_run(self, key, body)

    monkeypatch.setattr(DiscoveryClient, "update_course", forget_title)
    monkeypatch.setattr(DiscoveryClient, "update_run", fail_once)

    task = work(submit("partial_updates", f"course_run_key,title,minimum_effort\n{RUN_KEY},New title,3\n"))

    assert failures == []
    assert (statuses(task), codes(task)) == (["partly_done"], [["NOT_SAVED"]])


# --- tracks that no form offers


@pytest.mark.parametrize("operation", ["course_update", "course_run_update"])
def test_a_price_is_set_although_the_track_is_not_offered(
    operation: str, catalog: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = context.fetch_lookups
    nothing = {name: LookupTable(name, ()) for name in ("course_types", "run_types")}
    monkeypatch.setattr(context, "fetch_lookups", lambda made: replace(fetch(made), **nothing))
    header, key = ("course_key", "edX+BASE1") if operation == "course_update" else ("course_run_key", RUN_KEY)

    task = run(operation, f"{header},verified_price\n{key},77\n")

    assert statuses(task) == ["succeeded"]
    course = client().get_course("edX+BASE1")
    shown = course["entitlements"] if operation == "course_update" else course["course_runs"][0]["seats"]
    assert "77.00" in [item["price"] for item in shown]


def test_a_deadline_goes_with_the_seat_it_is_kept_on(catalog: None, run: Run) -> None:
    key = "course-v1:edX+BASE6+1T2030"

    task = run("course_run_update", f"course_run_key,course_run_enrollment_track\n{key},Audit Only\n")

    assert (statuses(task), codes(task)) == (["succeeded"], [[]])
    assert task.rows.get().changes["run.upgrade_deadline_override"] == ["2030-03-01T00:00:00Z", None]
    assert CourseRun.objects.get(key=key, draft=True).status == "unpublished"


# --- what discovery holds or makes of things


def test_a_level_without_a_name_stops_nobody(catalog: None, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = DiscoveryClient.course_options

    def with_nameless_level(self: DiscoveryClient) -> dict[str, Any]:
        options = ask(self)
        options["actions"]["POST"]["level_type"]["choices"].append({"value": None, "display_name": None})
        return options

    monkeypatch.setattr(DiscoveryClient, "course_options", with_nameless_level)

    task = run("course_update", "course_key,level_type\nedX+BASE2,Advanced\n")

    assert (task.status, statuses(task)) == ("completed", ["succeeded"])
