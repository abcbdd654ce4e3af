"""A host that reads from a copy of its database: the copy may lag behind, so nothing of ours is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections
from django.db.models import Model, QuerySet
from rest_framework.test import APIClient

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.tasks import Swept
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.databases import sqlite_database
from tests.integration.pipeline.conftest import Run, csv_of, good_row, row_results

ADDRESS = "/api/v1/bulk_operation_tasks/"
PARTS = ("", "progress/", "rows/", "results.csv", "failed.csv")


class ReadsOursFromACopy:
    """A copy so far behind that it has no tables yet: whoever reads from it fails."""

    def db_for_read(self, model: type[Model], **_hints: object) -> str | None:
        return "copy" if model._meta.app_label == "course_discovery_bulk" else None

    def db_for_write(self, model: type[Model], **_hints: object) -> str:
        return "default"


@pytest.fixture
def copied(settings: Any, tmp_path: Path) -> Iterator[None]:
    copy = {**connections.settings["default"], **sqlite_database(tmp_path / "copy.sqlite3")}
    connections.settings["copy"] = copy
    settings.DATABASE_ROUTERS = [f"{__name__}.ReadsOursFromACopy"]
    yield
    connections["copy"].close()
    del connections["copy"], connections.settings["copy"]


def test_51_a_task_and_its_retry_go_their_way_without_the_copy(copied: None, submit: Run, run: Run) -> None:
    assert run(csv_of(good_row("COPY1"))).status == "completed"
    task = submit(csv_of(good_row("COPY2")))
    service.cancel(task)
    work_on(task.pk)
    task.refresh_from_db()
    assert (task.status, row_results(task)) == ("cancelled", [(2, "not_processed", [])])

    again = service.retry(task, get_user_model().objects.get(username="staff")).task
    work_on(again.pk)

    again.refresh_from_db()
    assert (again.status, again.parent, row_results(again)) == ("completed", task, [(2, "succeeded", [])])


def test_51_status_health_and_upkeep_are_read_from_the_original(copied: None, run: Run) -> None:
    task = run(csv_of(good_row("COPY3")))
    client = APIClient()
    client.force_authenticate(get_user_model().objects.get(username="staff"))

    answers = [client.get(f"{ADDRESS}{part}") for part in ("", "health/", *(f"{task.pk}/{part}" for part in PARTS))]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert service.sweep() == Swept(overdue=0, sent=0)
    call_command("bulk_operations_gc")


def test_51_other_queries_would_have_gone_to_the_copy(copied: None, run: Run) -> None:
    task = run(csv_of(good_row("COPY4")))

    with pytest.raises(AssertionError, match="Database queries to 'copy' are not allowed"):
        QuerySet(BulkOperationTask).exists()
    assert BulkOperationRow.objects.get().task == task
