"""All or nothing with a preview: it shows what keeps everything from being written, and is not applied before."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course
from sandbox.discovery.tokens import issue_token
from tests.integration.operations.conftest import Run, work

CONTENT = "course_key,title\nedX+BASE1,New\nedX+NOSUCH,x\n"


@pytest.fixture
def preview(catalog: None, run: Run) -> BulkOperationTask:
    return run("course_update", CONTENT, dry_run=True, on_error="all_or_nothing")


@pytest.fixture
def client() -> Client:
    return Client(headers={"Authorization": f"JWT {issue_token('staff')}"})


def title() -> str:
    return Course.objects.get(key="edX+BASE1", draft=True).title


def statuses(task: BulkOperationTask) -> list[str]:
    return list(task.rows.order_by("line").values_list("status", flat=True))


def test_the_preview_is_shown_and_cannot_be_applied(preview: BulkOperationTask, client: Client) -> None:
    before = title()
    client.force_login(get_user_model().objects.get(username="staff"))
    address = f"/api/v1/bulk_operation_tasks/{preview.pk}/apply/"

    answer = client.post(address)
    page = client.post(f"/bulk-operations/{preview.pk}/apply/", follow=True).content.decode()

    assert (preview.status, statuses(preview)) == ("validated", ["pending", "invalid"])
    assert (answer.status_code, answer.json()["code"]) == (409, "ROWS_TO_FIX")
    assert "1 row has problems" in answer.json()["detail"]
    assert "this upload writes all rows or none, and 1 row has to be fixed first." in page
    assert "Nothing will be written until 1 row is fixed; 1 other row is ready." in page
    assert "Apply these changes" not in page
    assert "Will be written" not in page
    preview.refresh_from_db()
    assert (preview.status, title()) == ("validated", before)


def test_a_preview_that_is_discarded_is_cancelled_though_rows_need_fixing(preview: BulkOperationTask) -> None:
    service.cancel(preview)
    work(preview)

    preview.refresh_from_db()
    assert (preview.status, statuses(preview)) == ("cancelled", ["not_processed", "invalid"])
    assert "POLICY_STOPPED" not in preview.task_summary["errors"]


def test_without_a_preview_nothing_is_written_and_the_task_says_why(catalog: None, run: Run) -> None:
    before = title()

    task = run("course_update", CONTENT, on_error="all_or_nothing")

    assert (task.status, statuses(task), title()) == ("failed", ["not_processed", "invalid"], before)
    assert task.notes[-1]["message"] == "Skipped: 1 row has problems and you chose all or nothing."


@pytest.mark.parametrize("way", ["rest", "page"])
def test_the_rows_that_are_ready_are_written_if_that_is_asked_for(
    preview: BulkOperationTask, client: Client, way: str
) -> None:
    client.force_login(get_user_model().objects.get(username="staff"))
    address = {
        "rest": f"/api/v1/bulk_operation_tasks/{preview.pk}/apply/",
        "page": f"/bulk-operations/{preview.pk}/apply/",
    }

    client.post(address[way], {"on_error": "continue"})
    work(preview)

    assert (preview.status, statuses(preview)) == ("partially_completed", ["succeeded", "invalid"])
    assert preview.options["on_error"] == "continue"
    assert title() == "New"


@pytest.mark.parametrize("body", [{"on_error": "stop"}, {"on_errors": "continue"}])
def test_a_wish_that_cannot_be_met_is_refused(preview: BulkOperationTask, client: Client, body: Any) -> None:
    answer = client.post(f"/api/v1/bulk_operation_tasks/{preview.pk}/apply/", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_FIELD")
    preview.refresh_from_db()
    assert preview.status == "validated"


def test_a_preview_in_which_every_row_is_good_is_applied_whole(catalog: None, run: Run) -> None:
    task = run("course_update", CONTENT.replace("NOSUCH", "BASE2"), dry_run=True, on_error="all_or_nothing")

    assert service.apply(task)
    work(task)

    assert (task.status, statuses(task)) == ("completed", ["succeeded", "succeeded"])


def test_the_command_writes_nothing_and_says_what_to_do(
    catalog: None, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = title()
    (tmp_path / "file.csv").write_text(CONTENT)
    words = ("--type", "course_update", "--user", "staff", "--apply", "--yes", "--on-error", "all_or_nothing")

    with pytest.raises(SystemExit) as end:
        call_command("bulk_operation", str(tmp_path / "file.csv"), *words)

    assert end.value.code == 1
    assert "Nothing will be written until 1 row is fixed" in capsys.readouterr().err
    assert title() == before
