"""Preview, apply and cancel as a script does it, over REST."""

from __future__ import annotations

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
