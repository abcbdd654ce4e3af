"""GET of rows: order, pages, filter, and what of a row is shown."""

from __future__ import annotations

import pytest

from tests.integration.api.records import make_rows, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(people):
    return make_task(people["editor"], status="partially_completed")


def url(task) -> str:
    return f"/api/v1/bulk_operation_tasks/{task.pk}/rows/"


def lines(answer) -> list[int]:
    return [row["line"] for row in answer.json()["results"]]


def test_rows_come_in_pages_in_the_order_of_the_file(client_of, task) -> None:
    make_rows(task, 45)
    client = client_of("editor")

    pages = [client.get(url(task), {"page": number}) for number in (1, 2, 3)]

    assert [line for page in pages for line in lines(page)] == list(range(2, 47))
    assert pages[0].json()["count"] == 45
    assert lines(client.get(url(task), {"page_size": 1000})) == list(range(2, 47))


def test_rows_of_other_tasks_stay_out(client_of, task, people) -> None:
    make_rows(make_task(people["editor"]), 3)
    make_rows(task, 1)

    assert client_of("editor").get(url(task)).json()["count"] == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=failed", [3]),
        ("status=failed,invalid", [3, 4]),
        ("status=failed&status=invalid", [3, 4]),
        ("", [2, 3, 4]),
    ],
)
def test_filter_by_status(client_of, task, query, expected) -> None:
    for row, status in zip(make_rows(task, 3), ("succeeded", "failed", "invalid"), strict=True):
        row.status = status
        row.save()

    assert lines(client_of("editor").get(f"{url(task)}?{query}")) == expected


def test_a_status_that_does_not_exist_is_refused(client_of, task) -> None:
    assert client_of("editor").get(url(task), {"status": "failed,great"}).status_code == 400


def test_a_row_shows_everything_but_what_was_sent(client_of, task) -> None:
    found = {"code": "BAD_DATE", "message": "“x” is not a date.", "line": 2, "column": "start_date", "value": "x"}
    step = {"act": "update_course", "target": "edX+A", "body": {"watchers": ["a@example.com"]}, "state": "done"}
    make_rows(
        task,
        1,
        status="failed",
        action="update",
        problems=[found],
        changes={"title": ["Old", "New"]},
        object_key="edX+A",
        object_url="https://publisher.example/courses/1",
        attempts=2,
        cells={"title": "New"},
        steps=[{**step, "result": {"uuid": "u"}, "sent_at": None}],
    )

    answer = client_of("editor").get(url(task))

    assert answer.json()["results"] == [
        {
            "line": 2,
            "origin_line": None,
            "status": "failed",
            "fixed_by": None,
            "action": "update",
            "problems": [found],
            "changes": {"title": ["Old", "New"]},
            "excerpts": {},
            "object_key": "edX+A",
            "object_url": "https://publisher.example/courses/1",
            "attempts": 2,
            "cells": {"title": "New"},
            "is_left_out": False,
            "edits": [],
            "steps": [{"act": "update_course", "state": "done"}],
            "abbreviated": False,
        }
    ]
    assert b"a@example.com" not in answer.content


def test_a_long_change_comes_whole_and_as_the_part_that_differs(client_of, task) -> None:
    before = "word " * 500
    changes = {"full_description": [f"{before}old", f"{before}new"], "topics": [["a", "b"], ["b", "c"]]}
    make_rows(task, 1, changes=changes)

    (row,) = client_of("editor").get(url(task)).json()["results"]

    assert row["changes"] == changes
    around = "word " * 8
    assert row["excerpts"] == {
        "full_description": {"before": f"…{around}old", "after": f"…{around}new", "note": ""},
        "topics": {"before": "a, b", "after": "b, c", "note": ""},
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"cells": {f"c{number}": "é" * 3_000 for number in range(2)}},
        {"cells": {f"column {number} " + "x" * 100: "text" for number in range(100)}},
        {"changes": {"topics": [[], ["ab"] * 3_000]}},
        {"problems": [{"code": "BAD_EMAIL", "severity": "error", "message": "x" * 3_000, "value": None}] * 5},
    ],
)
def test_a_page_is_never_larger_than_two_megabytes_and_each_row_can_be_had_whole(client_of, task, fields) -> None:
    make_rows(task, 200, **fields)
    client = client_of("editor")

    page = client.get(url(task), {"page_size": 200})
    row = client.get(f"{url(task)}3/")

    assert len(page.content) < 2_000_000
    assert len(page.json()["results"]) == 200
    assert {found["abbreviated"] for found in page.json()["results"]} == {True}
    assert row.json()["abbreviated"] is False
    assert {name: row.json()[name] for name in fields} == fields


@pytest.mark.parametrize("line", [1, 9, 2**70])
def test_a_line_without_a_row_is_not_found(client_of, task, line) -> None:
    make_rows(task, 3)

    assert client_of("editor").get(f"{url(task)}{line}/").status_code == 404
