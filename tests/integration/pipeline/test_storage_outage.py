"""A worker whose file cannot be had: it waits for a storage that is away, and gives up on a file that is gone."""

from __future__ import annotations

import csv
import errno
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import Run, csv_of, good_row, row_results
from tests.unit.reading.workbooks import workbook

pytestmark = pytest.mark.usefixtures("courses_in_memory")

CONTENT = csv_of(good_row("FILE1"), good_row("FILE2"))


def _fail(*_args: object) -> None:
    raise OSError(errno.EIO, "the mount is stale")


def finish(task: BulkOperationTask) -> None:
    BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
    for _job in range(20):
        if not work_on(task.pk).is_needed:
            break
    task.refresh_from_db()


def test_a_task_waits_for_a_storage_that_is_away(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_open", _fail)
        wait = work_on(task.pk)
        task.refresh_from_db()
        waiting = (task.pauses, task.is_final, task.notes, task.rows.count())
    finish(task)

    assert 0 < wait.seconds <= 5
    assert waiting == (1, False, [], 0)
    assert (task.status, row_results(task)) == ("completed", [(2, "succeeded", []), (3, "succeeded", [])])


def test_a_task_waits_for_a_workbook_that_cannot_be_read_now(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(workbook(csv.reader(CONTENT.splitlines())))
    with monkeypatch.context() as patch:
        patch.setattr("course_discovery_bulk.reading.workbook.process._CHILD", "no_such_module")
        wait = work_on(task.pk)
        task.refresh_from_db()
        waiting = (task.pauses, task.is_final, task.notes, task.rows.count())
    finish(task)

    assert 0 < wait.seconds <= 5
    assert waiting == (1, False, [], 0)
    assert (task.status, row_results(task)) == ("completed", [(2, "succeeded", []), (3, "succeeded", [])])


def test_a_workbook_that_can_never_be_read_ends_its_task(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(workbook(csv.reader(CONTENT.splitlines())))
    BulkOperationTask.objects.filter(pk=task.pk).update(created=timezone.now() - timedelta(hours=25))
    monkeypatch.setattr("course_discovery_bulk.reading.workbook.process._CHILD", "no_such_module")

    finish(task)

    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["STORAGE_UNAVAILABLE"])
    assert "the process that reads workbooks did not finish (exit code 1)" in str(task.notes)


def test_it_can_be_cancelled_meanwhile(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(CONTENT)
    monkeypatch.setattr(FileSystemStorage, "_open", _fail)
    work_on(task.pk)
    assert service.cancel(task)

    assert not work_on(task.pk).is_needed
    task.refresh_from_db()
    assert (task.status, task.notes) == ("cancelled", [])


def test_it_does_not_wait_for_ever(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(CONTENT)
    BulkOperationTask.objects.filter(pk=task.pk).update(created=timezone.now() - timedelta(hours=25))
    monkeypatch.setattr(FileSystemStorage, "_open", _fail)

    finish(task)

    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["STORAGE_UNAVAILABLE"])
    assert "stale" not in str(task.notes)


def test_a_task_whose_file_is_gone_ends(submit: Run) -> None:
    task, emptied = submit(CONTENT), submit(CONTENT)
    task.csv_file.storage.delete(task.csv_file.name)
    BulkOperationTask.objects.filter(pk=emptied.pk).update(csv_file="")

    for ended in (task, emptied):
        finish(ended)
        assert (ended.status, [note["code"] for note in ended.notes]) == ("failed", ["FILE_MISSING"])


def test_once_its_rows_are_stored_the_file_is_not_needed(submit: Run) -> None:
    task = submit(CONTENT, dry_run=True)
    finish(task)
    task.csv_file.storage.delete(task.csv_file.name)
    BulkOperationTask.objects.filter(pk=task.pk).update(csv_file="", status="processing", started_at=timezone.now())

    finish(task)

    assert task.status == "completed"
