"""What staff ask of tasks in the list: apply a preview, cancel; what cannot be done any more is said, not done."""

from __future__ import annotations

import csv
import io
from zipfile import ZipFile

import pytest

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.api.records import make_task

pytestmark = pytest.mark.django_db

LIST = "/admin/course_discovery_bulk/bulkoperationtask/"


def ask(client, action: str, *tasks: BulkOperationTask) -> list[str]:
    """Ask it of the tasks; what the page says."""
    form = {"action": action, "_selected_action": [task.pk for task in tasks]}
    return [str(message) for message in client.post(LIST, form, follow=True).context["messages"]]


def test_a_preview_is_applied_and_other_tasks_are_not(staff_client, people) -> None:
    preview = make_task(people["editor"], status="validated", original_filename="preview.csv")
    done = make_task(people["editor"], status="completed", original_filename="done.csv")

    said = ask(staff_client, "apply_previews", preview, done)

    preview.refresh_from_db()
    done.refresh_from_db()
    assert (preview.status, done.status) == ("processing", "completed")
    assert sorted(said) == sorted(
        [f"{preview.pk}, preview.csv: being applied.", f"{done.pk}, done.csv: no preview that waits."]
    )


def test_a_running_task_is_cancelled_and_one_that_has_ended_is_not(staff_client, people) -> None:
    running = make_task(people["editor"], status="processing", original_filename="running.csv")
    done = make_task(people["editor"], status="completed", original_filename="done.csv")

    said = ask(staff_client, "cancel_tasks", running, done)

    running.refresh_from_db()
    done.refresh_from_db()
    assert running.cancel_requested_at is not None
    assert done.cancel_requested_at is None
    assert sorted(said) == sorted(
        [f"{running.pk}, running.csv: being cancelled.", f"{done.pk}, done.csv: ended already."]
    )


@pytest.mark.parametrize("who", ["editor", "outsider"])
def test_others_than_staff_ask_in_vain(client, people, who) -> None:
    preview = make_task(people["editor"], status="validated")
    client.force_login(people[who])

    client.post(LIST, {"action": "apply_previews", "_selected_action": [preview.pk]})

    preview.refresh_from_db()
    assert preview.status == "validated"


def test_the_results_of_one_task_are_a_table_and_those_of_several_an_archive(staff_client, people) -> None:
    one = make_task(people["editor"], status="completed", original_filename="courses.csv", headers=["title"])
    other = make_task(people["editor"], status="completed", original_filename="courses.csv", headers=["title"])
    other.rows.create(line=2, cells={"title": "Wanted"}, status="succeeded")

    def download(*tasks: BulkOperationTask):
        form = {"action": "download_results", "_selected_action": [task.pk for task in tasks]}
        return staff_client.post(LIST, form)

    table, archive = download(one), download(one, other)
    assert 'filename="courses-results.csv"' in table["Content-Disposition"]
    with ZipFile(io.BytesIO(b"".join(archive.streaming_content))) as bundle:
        assert set(bundle.namelist()) == {f"{task.pk}-courses-results.csv" for task in (one, other)}
        text = bundle.read(f"{other.pk}-courses-results.csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["title"], row["status"]) == ("Wanted", "succeeded")
