"""What is made of all rows of a task takes as many queries for two hundred rows as for twenty."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course_discovery_bulk import conf
from course_discovery_bulk.data import State
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pipeline.record_unowned import record_not_processed
from course_discovery_bulk.pipeline.summarise import summarise
from course_discovery_bulk.problems import UPLOADER_GONE, problem
from course_discovery_bulk.reports import undo
from course_discovery_bulk.reports.csv import write_csv
from course_discovery_bulk.reports.results import failed_table, results_table
from course_discovery_bulk.reports.table import Table
from course_discovery_bulk.service.retry import make_retry
from tests.integration.api.records import make_rows, make_task

pytestmark = pytest.mark.django_db

FEW, MANY = 20, 200


def test_results_take_the_same_queries_for_many_rows() -> None:
    few, many = _queries_for_each(lambda task: _write(results_table(task)), status="succeeded")

    assert few == many


def test_rows_to_fix_take_the_same_queries_for_many_rows() -> None:
    few, many = _queries_for_each(lambda task: _write(failed_table(task)), status="failed")

    assert few == many


def test_an_undo_takes_the_same_queries_for_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "state_of", lambda needs, client: State())
    view: Any = SimpleNamespace(settings=conf.read(), client=None, lookups_with_people=lambda _people: None)
    operation = get_operation("course_editor_update")
    cells = {"username_or_email": "ann", "course_key_or_uuid": "edX+A", "action": "add"}
    few, many = _queries_for_each(
        lambda task: _write(undo.undo_table(task, operation, view)),
        task_type="course_editor_update",
        status="succeeded",
        cells=cells,
        changes={"editor": [None, "ann"]},
    )

    assert few == many


def test_stopping_takes_the_same_queries_for_many_rows() -> None:
    few, many = _queries_for_each(lambda task: record_not_processed(task, problem(UPLOADER_GONE)), status="pending")

    assert few == many
    assert {(row.status, row.problems[0]["code"], row.problems[0]["line"] == row.line) for row in _rows()} == {
        ("not_processed", "UPLOADER_GONE", True)
    }


def test_cancelling_takes_one_statement_for_rows_with_and_without_remarks_that_nobody_began() -> None:
    """What is left of a retry may have been sent before: it stays, to be read back first."""
    task = make_task(None, status="processing")
    make_rows(task, MANY, status="pending")
    note = {"code": "NOTE", "severity": "note", "line": 3, "column": "title", "value": "x", "message": "m", "hint": ""}
    task.rows.filter(line__gt=100).update(problems=[note])
    sent = {"act": "update_course", "state": "planned", "sent_at": "2027-01-01T00:00:00+00:00", "result": {}}
    planned = {**sent, "sent_at": None}
    task.rows.filter(line=50).update(steps=[planned, {**planned, "state": "done"}])
    task.rows.filter(line=51).update(steps=[sent])
    task.rows.filter(line=52).update(steps=[planned])

    with CaptureQueriesContext(connection) as queries:
        record_not_processed(task, None)

    assert sum(query["sql"].startswith("UPDATE") for query in queries) == 1
    assert sorted(task.rows.filter(status="pending").values_list("line", flat=True)) == [50, 51]
    assert task.rows.get(line=150).problems == [note]
    assert task.rows.get(line=20).problems == []


def test_a_summary_takes_the_same_queries_for_many_rows() -> None:
    few, many = _queries_for_each(
        lambda task: summarise(task, message_limit=20, product_limit=200), status="succeeded", action="create"
    )

    assert few == many


def test_a_retry_takes_the_same_queries_for_many_rows() -> None:
    user = get_user_model().objects.create(username="staff")
    few, many = _queries_for_each(lambda task: make_retry(task, user), status="failed")

    assert few == many


def _queries_for_each(make: Callable[[BulkOperationTask], object], **fields: Any) -> tuple[int, int]:
    """The queries it takes for a task of few rows, and for one of many."""
    return _queries(make, FEW, **fields), _queries(make, MANY, **fields)


def _queries(
    make: Callable[[BulkOperationTask], object], count: int, *, task_type: str = "course_create", **fields: Any
) -> int:
    task = make_task(None, task_type=task_type, status="failed")
    make_rows(task, count, **fields)
    task = BulkOperationTask.objects.get(pk=task.pk)
    with CaptureQueriesContext(connection) as queries:
        make(task)
    return sum(not query["sql"].startswith("INSERT") for query in queries)  # SQLite takes few new rows in one statement


def _write(table: Table) -> list[bytes]:
    return list(write_csv(table))


def _rows() -> list[BulkOperationRow]:
    return list(BulkOperationRow.objects.all())
