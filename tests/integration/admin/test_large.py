"""With a thousand tasks and thousands of rows the admin asks the database no more, and for no more, than with few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from tests.integration.api.records import make_task

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TASKS = "/admin/course_discovery_bulk/bulkoperationtask/"
ROWS = "/admin/course_discovery_bulk/bulkoperationrow/"
NOW = timezone.now()
LONG = "long text of a cell"
PROBLEM = {"code": "BAD_TIME", "message": "“x” is not a time.", "hint": "", "line": 2, "column": "start_time"}


def fill(people, *, tasks: int, rows: int) -> BulkOperationTask:
    """The newest of many tasks, which has the rows."""
    kept = {"file_sha256": "0" * 64, "file_size": 1, "uploaded_by": people["editor"], "task_type": "course_update"}
    BulkOperationTask.objects.bulk_create(
        BulkOperationTask(csv_file="x", original_filename=f"{at}.csv", status="processing", validated_at=NOW, **kept)
        for at in range(tasks)
    )
    task = make_task(people["editor"], status="partially_completed", total_count=rows)
    BulkOperationRow.objects.bulk_create(
        BulkOperationRow(
            task=task,
            line=line,
            status="invalid" if line % 2 else "succeeded",
            problems=[{**PROBLEM, "severity": "error", "value": "x"}] if line % 2 else [],
            cells={"title": LONG},
            object_key=f"edX+{line}",
        )
        for line in range(2, rows + 2)
    )
    return task


def ask(client, address: str) -> list[str]:
    """The queries of a page, or of the first part of a file."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        assert answer.status_code == 200
        if answer.streaming:
            next(iter(answer.streaming_content))
    return [query["sql"] for query in queries]


def addresses(task: BulkOperationTask, last_page: int) -> list[str]:
    row = task.rows.get(line=3)
    rows = f"{ROWS}?task__id__exact={task.pk}"
    return [
        TASKS,
        f"{TASKS}?status__exact=processing",
        f"{TASKS}?task_type=course_update",
        f"{TASKS}?q=editor",
        f"{TASKS}{task.pk}/change/",
        f"{TASKS}{task.pk}/results.download",
        f"{TASKS}{task.pk}/failed.download",
        ROWS,
        rows,
        f"{rows}&status__exact=invalid",
        f"{rows}&q=edX%2BA",
        f"{rows}&p={last_page}",
        f"{ROWS}{row.pk}/change/",
    ]


def test_queries_do_not_grow(staff_client, people) -> None:
    few = fill(people, tasks=150, rows=300)
    for address in addresses(few, 3):
        ask(staff_client, address)  # fills Django's caches of content types
    before = [len(ask(staff_client, address)) for address in addresses(few, 3)]
    many = fill(people, tasks=1000, rows=5_000)

    asked = [ask(staff_client, address) for address in addresses(many, 50)]

    assert [len(queries) for queries in asked] == before
    assert max(before) <= 16


def test_a_page_of_rows_reads_its_rows_by_their_keys_and_without_their_texts(staff_client, people) -> None:
    task = fill(people, tasks=1, rows=1_000)

    queries = ask(staff_client, f"{ROWS}?task__id__exact={task.pk}&p=10")

    far = [query for query in queries if "OFFSET" in query]
    assert len(far) == 1 and "problems" not in far[0]
    assert not any('"cells"' in query or '"steps"' in query for query in queries)
