"""A cancellation may come before any statement of a job: the task then has one end, which is true, and it stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import Course
from tests.integration.pipeline.conftest import Run, csv_of, good_row

OUR_TABLES = "course_discovery_bulk_"


@contextmanager
def just_before(statement: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Do something before the n-th statement about our tables, as another process would: between transactions.

    Gives the statements so far.
    """
    seen: list[str] = []
    depth = len(connection.savepoint_ids)  # the test itself is inside a transaction
    is_acting = False

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal is_acting
        if not is_acting and OUR_TABLES in sql and len(connection.savepoint_ids) == depth:
            seen.append(sql)
            if len(seen) == statement:
                is_acting = True
                act()
                is_acting = False
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def finish(task: BulkOperationTask) -> None:
    for _job in range(20):
        if not work_on(task.pk).is_needed:
            break
    task.refresh_from_db()


pytestmark = pytest.mark.slow


def test_a_cancellation_before_any_statement_brings_one_true_end(submit: Run, names_fetched_once: None) -> None:
    ends: Counter[str] = Counter()
    statement, statements = 0, 1
    while statement < statements:
        statement += 1
        task = submit(csv_of(good_row(f"R{statement}")))
        asked: list[bool] = []
        with just_before(statement, lambda task=task, asked=asked: asked.append(service.cancel(task))) as seen:
            finish(task)
        statements = max(statements, len(seen))
        ends[task.status] += 1
        check_end(task, is_made=Course.objects.filter(key=f"edX+R{statement}").exists())

    assert statements > 20
    assert set(ends) == {"cancelled", "completed"}


def check_end(task: BulkOperationTask, *, is_made: bool) -> None:
    end, row = task.status, task.rows.values_list("status", flat=True).first()
    if end == "completed" or row == "succeeded":
        assert (row, is_made) == ("succeeded", True)
    else:
        assert (end, row in {None, "not_processed"}, is_made) == ("cancelled", True, False)

    assert service.cancel(task) is False
    finish(task)
    assert task.status == end
