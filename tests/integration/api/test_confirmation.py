"""The number of rows that must be said before much is written: over REST, on the page, in the admin, in a terminal."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.api.records import make_rows, make_task

URL = "/api/v1/bulk_operation_tasks/"
PAGE = "/bulk-operations"
ADMIN = "/admin/course_discovery_bulk/bulkoperationtask/"
TWO_ROWS = b"course_key,title\nedX+A,One\nedX+B,Two\n"


@pytest.fixture
def preview(people: Any) -> BulkOperationTask:
    """Two rows that would be written, of which one changes a published run."""
    forecast = {"side_effects": {"published_runs_touched": 1, "studio_pushes": 2}}
    facts = {"status": "validated", "total_count": 2, "options": {"dry_run": True}}
    task = make_task(people["editor"], task_type="course_update", task_summary={"forecast": forecast}, **facts)
    make_rows(task, 2)
    return task


def status_of(task: BulkOperationTask) -> str:
    task.refresh_from_db()
    return str(task.status)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_script_sends_the_number_that_the_preview_names(preview, client_of) -> None:
    client, address = client_of("editor"), f"{URL}{preview.pk}/apply/"

    assert client.get(f"{URL}{preview.pk}/").json()["to_apply"] == {
        "rows": 2,
        "side_effects": {"published_runs_touched": 1, "studio_pushes": 2},
        "confirm": 2,
        "seconds": None,
        "undo": None,
    }
    for body, said in (({}, "This would write 2 rows and"), ({"confirm": 3}, "This would write 2 rows, not 3 and")):
        refusal = client.post(address, body, content_type="application/json")
        assert (refusal.status_code, refusal.json()["code"], refusal.json()["confirm"]) == (
            409,
            "CONFIRMATION_NEEDED",
            2,
        )
        assert said in refusal.json()["detail"]
    assert status_of(preview) == "validated"

    assert client.post(address, {"confirm": 2}, content_type="application/json").status_code == 202
    assert status_of(preview) == "processing"
    assert client.get(f"{URL}{preview.pk}/").json()["to_apply"] is None


def test_few_rows_that_change_no_published_run_need_no_number(preview, client_of, bulk_settings) -> None:
    preview.task_summary = {"forecast": {"side_effects": {"studio_pushes": 2}}}
    preview.save()
    client = client_of("editor")

    assert client.get(f"{URL}{preview.pk}/").json()["to_apply"]["confirm"] is None
    bulk_settings(CONFIRM_ABOVE_ROWS=1)
    assert client.get(f"{URL}{preview.pk}/").json()["to_apply"]["confirm"] == 2
    bulk_settings(CONFIRM_OVER_REST=False)
    assert client.post(f"{URL}{preview.pk}/apply/").status_code == 202


def test_the_page_asks_for_the_number_and_says_how_long_it_takes(preview, people) -> None:
    now = timezone.now()
    times = {"started_at": now - timedelta(seconds=600), "finished_at": now}
    make_task(people["staff"], task_type="course_update", status="completed", succeeded_count=10, **times)
    client, address = logged_in(people["editor"]), f"{PAGE}/{preview.pk}/apply/"

    shown = client.get(f"{PAGE}/{preview.pk}/").content.decode()
    assert "To apply, type 2, the number of rows that will be written" in shown
    assert "Applying takes about 2 minutes." in shown
    assert "1 published run will change. Learners see it immediately." in shown
    for text in ("", "3", "two"):
        refused = client.post(address, {"confirm": text}, follow=True).content.decode()
        assert "Nothing was started. This preview writes 2 rows. Type that number to apply it." in refused
    assert status_of(preview) == "validated"

    client.post(address, {"confirm": " 2 "})
    assert status_of(preview) == "processing"


def test_the_admin_asks_for_the_number_on_a_page_of_its_own(preview, people) -> None:
    client = logged_in(people["staff"])
    asked = {"action": "apply_previews", "_selected_action": [preview.pk]}

    page = client.post(ADMIN, asked).content.decode()
    client.post(ADMIN, {**asked, "is_confirmed": "1", f"confirm_{preview.pk}": "3"})
    assert f'name="confirm_{preview.pk}"' in page
    assert status_of(preview) == "validated"

    client.post(ADMIN, {**asked, "is_confirmed": "1", f"confirm_{preview.pk}": "2"})
    assert status_of(preview) == "processing"


def test_an_upload_without_preview_names_its_rows_unless_it_is_publishers(client_of, bulk_settings) -> None:
    bulk_settings(CONFIRM_ABOVE_ROWS=1)
    client = client_of("editor")

    def send(**fields: str) -> Any:
        file = ContentFile(TWO_ROWS, name="courses.csv")
        return client.post(URL, {"csv_file": file, "task_type": "course_update", **fields})

    refused = send(on_error="stop")
    assert (refused.status_code, refused.json()["confirm"]) == (409, 2)
    assert not BulkOperationTask.objects.exists()
    every_way = ({"on_error": "stop", "confirm": "2"}, {}, {"dry_run": "true"}, {"notify": "never", "confirm": "2"})
    accepted = [send(**fields) for fields in every_way]
    assert [answer.status_code for answer in accepted] == [201] * 4
    assert [answer.json()["options"].get("confirm") for answer in accepted] == [None] * 4


def test_the_page_previews_first_what_writes_many_rows(people, bulk_settings) -> None:
    bulk_settings(CONFIRM_ABOVE_ROWS=1)
    client = logged_in(people["editor"])
    given = {"task_type": "course_update", "wish": "run", "is_whole": "1", "sent_once": uuid.uuid4()}

    answers = [
        client.post(f"{PAGE}/", {**given, "csv_file": ContentFile(TWO_ROWS, name="courses.csv")}, follow=True)
        for _double_click in range(2)
    ]

    assert BulkOperationTask.objects.get().options["dry_run"] is True
    assert "This file would write up to 2 rows, so it is previewed first." in answers[0].content.decode()


def test_the_command_asks_for_the_number_or_for_yes(people, bulk_settings, tmp_path, monkeypatch) -> None:
    bulk_settings(CONFIRM_ABOVE_ROWS=1)
    (tmp_path / "courses.csv").write_bytes(TWO_ROWS)
    words = ("bulk_operation", str(tmp_path / "courses.csv"), "--type=course_update", "--user=editor", "--host=here")
    monkeypatch.setattr("course_discovery_bulk.management.commands.bulk_operation.Command._run", lambda *_given: 0)

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stdin in (io.StringIO(), Terminal("3\n")):
        monkeypatch.setattr("sys.stdin", stdin)
        with pytest.raises(CommandError, match=r"Add --yes|Nothing was started"):
            call_command(*words)
    assert not BulkOperationTask.objects.exists()
    monkeypatch.setattr("sys.stdin", Terminal("2\n"))
    call_command(*words)
    call_command(*words, "--yes")

    assert BulkOperationTask.objects.count() == 2


def test_many_previews_take_the_queries_of_one(preview, people, client_of) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client_of("editor").get(URL).status_code == 200
        return len(found)

    facts = {"origin": preview, "origin_kind": "undo", "task_type": "course_update", "status": "validated"}
    make_task(people["editor"], **facts)
    few = queries()
    for _more in range(3):
        make_task(people["editor"], **facts)

    assert queries() == few
