"""The admin of tasks: the list, one task, and that nothing in it can be edited."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from tests.integration.api.records import make_rows, make_task

pytestmark = pytest.mark.django_db

LIST = "/admin/course_discovery_bulk/bulkoperationtask/"
SCRIPT = "<script>alert('x')</script>"
NOW = timezone.now()


def page(task) -> str:
    return f"{LIST}{task.pk}/change/"


def count_queries(client, url) -> int:
    client.get(url)  # fills Django's caches of content types
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_shows_each_task_on_one_line(staff_client, people) -> None:
    make_task(
        people["editor"],
        original_filename="spring.csv",
        status="partially_completed",
        total_count=12,
        succeeded_count=7,
        failed_count=5,
        started_at=NOW - timedelta(seconds=95),
        finished_at=NOW,
    )

    text = staff_client.get(LIST).content.decode()

    for shown in ("spring.csv", "Partially completed", "12/12", "editor", "0:01:35"):
        assert shown in text


def test_the_list_counts_what_is_done_of_a_running_task(staff_client, people) -> None:
    task = make_task(people["editor"], status="processing", total_count=5, validated_at=NOW)
    make_rows(task, 5, status="pending")
    task.rows.filter(line__in=[2, 3, 4]).update(status="succeeded")

    assert ">3/5<" in staff_client.get(LIST).content.decode()


def test_the_list_costs_the_same_for_fifty_tasks(staff_client, people) -> None:
    make_rows(make_task(people["editor"], status="processing", validated_at=NOW), 3)
    one = count_queries(staff_client, LIST)
    for number in range(50):
        make_rows(
            make_task(people["editor"], status="processing", validated_at=NOW, original_filename=f"{number}.csv"), 3
        )

    assert count_queries(staff_client, LIST) == one


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status__exact=failed", "a.csv"),
        ("task_type=course_rerun", "b.csv"),
        ("q=B.csv", "b.csv"),
        ("q=mit_editor", "b.csv"),
        ("q=celery-a", "a.csv"),
    ],
)
def test_filters_and_search(staff_client, people, query, expected) -> None:
    make_task(people["editor"], original_filename="a.csv", status="failed", task_id="celery-a")
    make_task(people["mit_editor"], original_filename="b.csv", task_type="course_rerun", task_id="celery-b")

    answer = staff_client.get(f"{LIST}?{query}")

    assert [task.original_filename for task in answer.context["cl"].result_list] == [expected]


def test_the_detail_tells_the_whole_story(staff_client, people) -> None:
    note = {"code": "UNKNOWN_COLUMN", "message": "The column colour was not used.", "hint": "Correct the name."}
    task = make_task(
        people["editor"],
        status="partially_completed",
        total_count=2,
        succeeded_count=1,
        failed_count=1,
        options={"on_error": "continue"},
        notes=[note],
        headers=["title", "colour"],
        reading={"encoding": "cp1252", "delimiter": ";"},
        started_at=NOW,
        finished_at=NOW,
        task_summary={"summary": {"total_rows": 2}, "errors": {"BAD_DATE": ["Row 3: “x” is not a date."]}},
    )

    text = staff_client.get(page(task)).content.decode()

    for shown in (
        "BAD_DATE",
        "“x” is not a date.",
        "UNKNOWN_COLUMN",
        "The column colour was not used.",
        "If rows are wrong",
        "cp1252",
        "semicolons",
    ):
        assert shown in text
    assert "first row sent" in text
    assert f"{reverse('admin:course_discovery_bulk_bulkoperationrow_changelist')}?task__id__exact={task.pk}" in text


def test_the_detail_does_not_depend_on_the_number_of_rows(staff_client, people) -> None:
    small, large = make_task(people["editor"]), make_task(people["editor"])
    make_rows(small, 1)
    make_rows(large, 300)

    assert count_queries(staff_client, page(small)) == count_queries(staff_client, page(large))


def test_text_from_files_is_escaped(staff_client, people) -> None:
    task = make_task(
        people["editor"],
        original_filename=f"{SCRIPT}.csv",
        notes=[{"code": "X", "message": SCRIPT, "value": SCRIPT}],
        headers=[SCRIPT],
        options={SCRIPT: SCRIPT},
        task_summary={"errors": {SCRIPT: [SCRIPT]}},
        task_type=SCRIPT,
    )

    for url in (LIST, page(task)):
        text = staff_client.get(url).content.decode()
        assert SCRIPT not in text
        assert "&lt;script&gt;" in text


def test_nothing_can_be_edited(admin_client, people) -> None:
    task = make_task(people["editor"], status="failed")

    shown = admin_client.get(page(task)).content.decode()
    sent = admin_client.post(page(task), {"status": "completed", "original_filename": "x"})

    assert 'name="_save"' not in shown
    assert sent.status_code == 403
    assert BulkOperationTask.objects.get().status == "failed"


def test_staff_cannot_delete(staff_client, people) -> None:
    task = make_task(people["editor"], status="completed")

    assert staff_client.post(f"{LIST}{task.pk}/delete/", {"post": "yes"}).status_code == 403
    staff_client.post(LIST, {"action": "delete_selected", "_selected_action": [task.pk], "post": "yes"})

    assert BulkOperationTask.objects.count() == 1


def test_a_superuser_can_delete_what_has_ended_with_its_rows(admin_client, people) -> None:
    task = make_task(people["editor"], status="completed")
    make_rows(task, 3)

    asked = admin_client.get(f"{LIST}{task.pk}/delete/")
    done = admin_client.post(f"{LIST}{task.pk}/delete/", {"post": "yes"})

    assert asked.status_code == 200
    assert done.status_code == 302
    assert not BulkOperationTask.objects.exists()
    assert not BulkOperationRow.objects.exists()


def test_not_even_a_superuser_can_delete_what_is_running(admin_client, people) -> None:
    task = make_task(people["editor"], status="processing")

    assert admin_client.post(f"{LIST}{task.pk}/delete/", {"post": "yes"}).status_code == 403
    admin_client.post(LIST, {"action": "delete_selected", "_selected_action": [task.pk], "post": "yes"})

    assert BulkOperationTask.objects.count() == 1


@pytest.mark.parametrize("who", ["editor", "outsider"])
def test_others_than_staff_are_sent_to_log_in(client, people, who) -> None:
    task = make_task(people["editor"])
    client.force_login(people[who])

    for url in (LIST, page(task), f"{LIST}add/"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_the_detail_shows_words_as_words(staff_client, people) -> None:
    task = make_task(
        people["editor"],
        status="failed",
        started_at=NOW,
        task_summary={"errors": {"BAD_DATE": ["[row 2] No date.", "[row 3] No date."]}},
    )

    text = staff_client.get(page(task)).content.decode()

    for cell in ("Succeeded", "first row sent", "[row 2] No date.", "[row 3] No date."):
        assert f"<td>{cell}</td>" in text


def test_a_long_file_name_leaves_room_for_the_other_columns(staff_client, people) -> None:
    make_task(people["editor"], original_filename=f"{'n' * 200}.csv")

    text = staff_client.get(LIST).content.decode()

    shown = "n" * 59
    assert f'<td class="field-file_name">{shown}…</td>' in text


def test_a_preview_says_what_it_would_do_and_how_to_go_on(staff_client, people) -> None:
    forecast = {"actions": {"update": 7}, "side_effects": {"urls_changed": 2}}
    task = make_task(people["editor"], status="validated", task_id="celery-1", task_summary={"forecast": forecast})

    text = staff_client.get(page(task)).content.decode()

    assert "<td>Update</td><td>7</td>" in text
    assert "<div>urls changed: 2</div>" in text
    assert f'href="{LIST}?q=celery-1"' in text
