"""GET of tasks: pages, filters, order, fields, and what a page of them costs."""

from __future__ import annotations

import importlib.util
import json

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.integration.api.records import make_rows, make_task

pytestmark = pytest.mark.django_db

URL = "/api/v1/bulk_operation_tasks/"


def ids(answer) -> list[int]:
    return [task["id"] for task in answer.json()["results"]]


def count_queries(client, url) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_members_see_their_own_tasks_and_staff_all_newest_first(client_of, people) -> None:
    first, second, third = (make_task(people[who]) for who in ("editor", "mit_editor", "editor"))

    assert ids(client_of("editor").get(URL)) == [third.pk, first.pk]
    assert ids(client_of("mit_editor").get(URL)) == [second.pk]
    assert ids(client_of("staff").get(URL)) == [third.pk, second.pk, first.pk]


def test_pages(client_of, people) -> None:
    made = [make_task(people["editor"]).pk for _ in range(25)]
    client = client_of("editor")

    first, second = client.get(URL), client.get(URL, {"page": 2})
    small = client.get(URL, {"page": 2, "page_size": 10})

    assert (first.json()["count"], len(ids(first)), len(ids(second))) == (25, 20, 5)
    assert ids(first) + ids(second) == made[::-1]
    assert ids(small) == made[::-1][10:20]
    assert (first.json()["previous"], second.json()["next"]) == (None, None)
    assert client.get(URL, {"page": 9}).status_code == 404


def test_a_page_is_never_larger_than_200(client_of, people) -> None:
    for _ in range(201):
        make_task(people["editor"])

    assert len(ids(client_of("editor").get(URL, {"page_size": 100000}))) == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=failed", ["failed"]),
        ("status=failed,cancelled", ["failed", "cancelled"]),
        ("status=failed&status=pending", ["failed", "pending"]),
        ("task_type=course_rerun", ["cancelled"]),
        ("task_type=nothing", []),
    ],
)
def test_filters(client_of, people, query, expected) -> None:
    make_task(people["editor"], status="failed")
    make_task(people["editor"], status="cancelled", task_type="course_rerun")
    make_task(people["editor"], status="pending")

    answer = client_of("editor").get(f"{URL}?{query}")

    assert {task["status"] for task in answer.json()["results"]} == set(expected)


def test_a_status_that_does_not_exist_is_refused(client_of) -> None:
    answer = client_of("editor").get(URL, {"status": "done"})

    assert answer.status_code == 400
    assert list(answer.json()) == ["code", "detail", "status"]


def test_orders(client_of, people) -> None:
    failed, pending = make_task(people["editor"], status="failed"), make_task(people["editor"], status="pending")
    client = client_of("editor")

    assert ids(client.get(URL, {"ordering": "created"})) == [failed.pk, pending.pk]
    assert ids(client.get(URL, {"ordering": "-status"})) == [pending.pk, failed.pk]
    assert ids(client.get(URL, {"ordering": "file_sha256"})) == [pending.pk, failed.pk]


def test_a_task_shows_what_is_stored(client_of, people) -> None:
    note = {"code": "UNKNOWN_COLUMN", "message": "The column x was not used.", "column": "x"}
    task = make_task(
        people["editor"],
        status="partially_completed",
        total_count=3,
        succeeded_count=1,
        unchanged_count=1,
        failed_count=1,
        options={"on_error": "continue"},
        notes=[note],
        reading={"encoding": "utf-8", "delimiter": ","},
        task_summary={"summary": {"total_rows": 3}},
    )

    body = client_of("editor").get(f"{URL}{task.pk}/").json()

    assert (body["status"], body["task_summary"]) == ("partially_completed", {"summary": {"total_rows": 3}})
    assert (body["options"], body["notes"]) == ({"on_error": "continue"}, [note])
    assert body["reading"] == {"encoding": "utf-8", "delimiter": ","}
    assert body["counts"] == {
        "total": 3,
        "succeeded": 1,
        "unchanged": 1,
        "skipped": 0,
        "invalid": 0,
        "failed": 1,
        "partly_done": 0,
        "unknown": 0,
        "not_processed": 0,
    }
    for link in ("progress_url", "rows_url"):
        assert client_of("editor").get(body[link]).status_code == 200


def test_a_task_outlives_its_uploader(client_of, people) -> None:
    task = make_task(None)

    assert client_of("staff").get(f"{URL}{task.pk}/").json()["uploaded_by"] is None


@pytest.mark.parametrize("query", ["", "?include_result=true"])
def test_a_page_costs_the_same_however_many_tasks_it_shows(client_of, people, query) -> None:
    client = client_of("staff")
    make_task(people["editor"], task_id="t")
    one = count_queries(client, URL + query)
    for number in range(50):
        make_rows(make_task(people["editor"], task_id=f"t{number}"), 2)

    assert count_queries(client, f"{URL}{query or '?'}&page_size=200") == one


def test_a_task_that_goes_on_has_no_result_where_the_host_keeps_none(client_of, people) -> None:
    task = make_task(people["editor"], task_id="celery-1")

    assert client_of("editor").get(f"{URL}{task.pk}/?include_result=true").json()["result"] is None


@pytest.fixture
def result_model(settings):
    """django-celery-results plugged in for one test, with its table; its admin pages go with it again."""
    registered = set(admin.site._registry)
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django_celery_results"]
    model = apps.get_model("django_celery_results", "TaskResult")
    statement, values = connection.schema_editor().table_sql(model)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    yield model
    admin.site.unregister(set(admin.site._registry) - registered)


@pytest.mark.skipif(not importlib.util.find_spec("django_celery_results"), reason="an extra that is not installed")
def test_before_the_end_a_kept_result_is_shown_to_who_asks_for_it(result_model, client_of, people) -> None:
    task = make_task(people["editor"], task_id="celery-1")
    result_model.objects.create(task_id="celery-1", result='"done"')
    client, url = client_of("editor"), f"{URL}{task.pk}/"

    assert client.get(url).json()["result"] is None
    assert client.get(url, {"include_result": "true"}).json()["result"] == '"done"'
    assert client.get(URL, {"include_result": "true"}).json()["results"][0]["result"] == '"done"'


SUMMARY = {
    "summary": {"total_rows": 2, "success_count": 1, "failure_count": 1, "created_products": ["a-uuid - A course (k)"]},
    "errors": {"BAD_PRICE": ["[row 3, verified_price] ..."]},
    "error_totals": {"BAD_PRICE": 1},
}


def test_the_result_of_an_ended_task_are_the_numbers_of_its_summary_as_text(client_of, people) -> None:
    task = make_task(people["editor"], status="partially_completed", task_summary=SUMMARY)
    refused = make_task(people["editor"], status="failed")

    shown = client_of("editor").get(URL, {"include_result": "true"}).json()["results"]

    results = {item["id"]: json.loads(item["result"]) for item in shown}
    assert results == {
        task.pk: {
            "status": "partially_completed",
            "total_rows": 2,
            "success_count": 1,
            "failure_count": 1,
            "error_totals": {"BAD_PRICE": 1},
        },
        refused.pk: {"status": "failed", "error_totals": {}},
    }


@pytest.mark.skipif(not importlib.util.find_spec("django_celery_results"), reason="an extra that is not installed")
def test_the_crash_of_a_first_job_is_not_the_result_of_a_task_that_went_on_and_ended(
    result_model, client_of, people
) -> None:
    task = make_task(people["editor"], task_id="celery-1", status="completed", task_summary=SUMMARY)
    result_model.objects.create(task_id="celery-1", result='{"exc_type": "WorkerLostError"}', status="FAILURE")

    shown = client_of("editor").get(f"{URL}{task.pk}/", {"include_result": "true"}).json()["result"]

    assert json.loads(shown)["status"] == "completed"


@pytest.mark.parametrize("rest", ["", "rows/", "progress/", "results.csv"])
def test_a_task_that_is_not_there_is_said_in_words_of_the_product(client_of, rest) -> None:
    answer = client_of("editor").get(f"{URL}987654/{rest}")

    assert answer.status_code == 404
    assert answer.json() == {"code": "NOT_FOUND", "detail": "There is no task 987654, or you may not see it."}
