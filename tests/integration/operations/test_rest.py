"""Preview, apply and cancel as a script does it, over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course
from sandbox.discovery.tokens import issue_token
from tests.integration.operations.conftest import work

ROOT = "/api/v1/bulk_operation_tasks/"


@pytest.fixture
def script() -> Client:
    return Client(headers={"Authorization": f"JWT {issue_token('staff')}"})


def upload(script: Client, **options: object) -> BulkOperationTask:
    content = b"course_key,title\nedX+BASE1,By script\n"
    form = {"csv_file": SimpleUploadedFile("update.csv", content), "task_type": "course_update", **options}
    answer = script.post(ROOT, form)
    assert answer.status_code == 201, answer.content
    return BulkOperationTask.objects.get(pk=answer.json()["id"])


def test_a_preview_is_applied_on_request_and_only_once(catalog: None, script: Client) -> None:
    task = work(upload(script, dry_run="true"))
    assert script.get(f"{ROOT}{task.pk}/").json()["status"] == "validated"
    assert script.get(f"{ROOT}{task.pk}/rows/").json()["results"][0]["changes"] == {
        "title": ["First course", "By script"]
    }

    first, second = script.post(f"{ROOT}{task.pk}/apply/"), script.post(f"{ROOT}{task.pk}/apply/")
    work(task)

    assert (first.status_code, second.status_code, second.json()["code"]) == (202, 409, "NOT_POSSIBLE")
    assert task.status == "completed"
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "By script"


def test_a_task_is_cancelled_on_request(catalog: None, script: Client) -> None:
    task = upload(script)

    asked = script.post(f"{ROOT}{task.pk}/cancel/")
    work(task)
    again = script.post(f"{ROOT}{task.pk}/cancel/")

    assert (asked.status_code, task.status, again.status_code) == (202, "cancelled", 409)
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "First course"


def test_an_option_that_an_operation_does_not_have_is_refused(catalog: None, script: Client) -> None:
    content = b"course_key,title\nedX+BASE1,By script\n"
    form = {"csv_file": SimpleUploadedFile("update.csv", content), "task_type": "course_update"}

    answer = script.post(ROOT, {**form, "on_existing": "create"})

    assert answer.status_code == 400
    assert [(problem["code"], problem["column"]) for problem in answer.json()["problems"]] == [
        ("BAD_OPTION", "on_existing")
    ]


def test_a_number_that_no_other_option_uses_is_refused(catalog: None, script: Client) -> None:
    content = b"course_key,title\nedX+BASE1,By script\n"
    form = {"csv_file": SimpleUploadedFile("update.csv", content), "task_type": "course_update", "stop_after": "3"}

    alone, with_stop = script.post(ROOT, form), script.post(ROOT, {**form, "on_error": "stop", "stop_after": "-1"})

    assert [answer.json()["problems"][0]["column"] for answer in (alone, with_stop)] == ["stop_after"] * 2
    assert "a whole number from 1" in with_stop.json()["problems"][0]["hint"]


def edit(script: Client, task: BulkOperationTask, *edits: dict[str, object]) -> Any:
    return script.patch(f"{ROOT}{task.pk}/rows/", {"edits": list(edits)}, content_type="application/json")


def test_a_preview_is_edited_cell_by_cell(catalog: None, script: Client) -> None:
    task = work(upload(script, dry_run="true"))
    cell = {"line": 2, "column": "title", "before": "By script", "value": "By hand"}

    answer = edit(script, task, cell)
    assert (answer.status_code, answer.json()["changed"], answer.json()["waits"]) == (200, 1, False)
    (row,) = answer.json()["rows"]
    assert (row["changes"], row["cells"]["title"]) == ({"title": ["First course", "By hand"]}, "By hand")
    (made,) = row["edits"]
    assert (made["kind"], made["before"], made["after"], made["by"]) == ("cell", "By script", "By hand", "staff")
    assert script.get(f"{ROOT}{task.pk}/rows/").json()["results"][0]["edits"] == [made]
    assert script.get(f"{ROOT}{task.pk}/edits/").json()["results"] == [made]

    again, other = edit(script, task, cell), edit(script, task, {**cell, "value": "By others"})
    assert (again.status_code, again.json()["changed"]) == (200, 0)
    assert (other.status_code, other.json()["code"]) == (409, "STALE_EDIT")
    (stale,) = other.json()["cells"]
    assert (stale["line"], stale["column"], stale["current"], stale["by"]) == (2, "title", "By hand", "staff")

    refused = [
        edit(script, task, {**cell, "line": 9}),
        edit(script, task, {**cell, "column": "titel"}),
        edit(script, task, {**cell, "old": "By hand"}),
        edit(script, task),
    ]
    assert [(found.status_code, found.json()["code"]) for found in refused] == [
        (404, "LINE_NOT_FOUND"),
        (400, "UNKNOWN_COLUMN"),
        (400, "BAD_FIELD"),
        (400, "BAD_FIELD"),
    ]

    script.post(f"{ROOT}{task.pk}/apply/")
    late = edit(script, task, {**cell, "before": "By hand"})
    work(task)
    assert (late.status_code, late.json()["code"]) == (409, "NOT_EDITABLE")
    assert Course.objects.get(key="edX+BASE1", draft=True).title == "By hand"


def test_equal_problems_are_replaced_and_left_out_together(catalog: None, script: Client) -> None:
    content = b"course_key,primary_subject\n" + b"".join(b"edX+BASE%d,Compter Science\n" % at for at in (1, 2, 3))
    form = {"csv_file": SimpleUploadedFile("update.csv", content), "task_type": "course_update", "dry_run": "true"}
    task = work(BulkOperationTask.objects.get(pk=script.post(ROOT, form).json()["id"]))

    def post(name: str, body: object) -> Any:
        return script.post(f"{ROOT}{task.pk}/{name}/", body, content_type="application/json")

    (group,) = script.get(f"{ROOT}{task.pk}/problems/").json()["results"]
    assert (group["count"], group["lines"], group["suggestion"]) == (3, [2, 3, 4], "Computer Science")
    problem = {name: group[name] for name in ("code", "column", "value")}

    assert post("exclude", problem).json()["changed"] == 3
    assert {row["status"] for row in script.get(f"{ROOT}{task.pk}/rows/").json()["results"]} == {"skipped"}
    assert post("include", {"lines": [2, 3]}).json()["changed"] == 2
    value = {"column": "primary_subject", "old": "Compter Science", "new": "Computer Science"}
    assert post("replace", value).json()["changed"] == 3

    rows = script.get(f"{ROOT}{task.pk}/rows/").json()["results"]
    assert [(row["is_left_out"], [found["code"] for found in row["problems"]]) for row in rows] == [
        (False, []),
        (False, []),
        (True, ["LEFT_OUT"]),
    ]
    assert post("exclude", {**problem, "lines": [2]}).status_code == 400
    assert post("exclude", {}).status_code == 400
