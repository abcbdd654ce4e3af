"""GET of progress: what it says, and how little it costs to ask again and again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.integration.api.records import make_rows, make_task

pytestmark = pytest.mark.django_db


def url(task) -> str:
    return f"/api/v1/bulk_operation_tasks/{task.pk}/progress/"


def running_task(people, *, done: int = 3, open_rows: int = 2):
    now = timezone.now()
    task = make_task(
        people["editor"],
        status="processing",
        total_count=done + open_rows,
        ingested_at=now,
        validated_at=now,
        started_at=now,
    )
    make_rows(task, done + open_rows, status="pending")
    for row in task.rows.order_by("line")[:done]:
        row.status, row.finished_at = "succeeded", now
        row.save()
    return task


def test_a_running_task_says_how_far_it_is(client_of, people) -> None:
    task = running_task(people)

    answer = client_of("editor").get(url(task))

    body = answer.json()
    assert (body["status"], body["total"], body["processed"], body["finished"]) == ("processing", 5, 3, False)
    assert (body["counts"]["succeeded"], body["counts"]["pending"]) == (3, 2)
    assert body["poll_seconds"] > 0
    assert answer["Retry-After"] == str(body["poll_seconds"])


def test_a_finished_task_asks_for_no_more_polling(client_of, people) -> None:
    task = make_task(people["editor"], status="completed", total_count=2, succeeded_count=2, finished_at=timezone.now())
    make_rows(task, 2, status="succeeded")

    answer = client_of("editor").get(url(task))

    assert (answer.json()["finished"], answer.json()["poll_seconds"]) == (True, None)
    assert "Retry-After" not in answer


def test_nothing_new_is_304_and_news_is_200(client_of, people) -> None:
    task, client = running_task(people), client_of("editor")
    tag = client.get(url(task))["ETag"]

    same = client.get(url(task), headers={"If-None-Match": tag})
    task.rows.filter(status="pending").update(status="failed")
    news = client.get(url(task), headers={"If-None-Match": tag})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert same["Cache-Control"] == "no-store, private"
    assert news.status_code == 200
    assert news["ETag"] != tag
    assert news.json()["counts"]["failed"] == 2


def test_asking_costs_the_same_for_a_small_and_a_large_task(client_of, people) -> None:
    client = client_of("editor")
    costs = []
    for done, open_rows in ((1, 1), (50, 150)):
        task = running_task(people, done=done, open_rows=open_rows)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(task))
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 6
