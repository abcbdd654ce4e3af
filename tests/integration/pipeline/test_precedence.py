"""Previews and cancelled tasks go first: a job for a run that finds one waiting works on that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from course_discovery_bulk import service, tasks
from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import ROWS, Run, csv_of, good_row

pytestmark = pytest.mark.usefixtures("names_fetched_once")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tasks that jobs were sent for, in place of sending them."""
    found: list[int] = []
    monkeypatch.setattr(tasks, "ring", lambda task_pk, **_options: found.append(task_pk) or True)
    monkeypatch.setattr(tasks, "_publish", lambda *_job, **_options: True)
    return found


def statuses() -> list[str]:
    return list(BulkOperationTask.objects.order_by("pk").values_list("status", flat=True))


def test_a_job_for_a_run_makes_the_preview_that_waits(
    processing: BulkOperationTask, submit: Run, rung: list[int]
) -> None:
    preview = submit(csv_of(good_row("P1")), user="editor", dry_run=True)

    tasks.run_task(processing.pk)

    assert statuses() == ["processing", "validated"]
    assert rung[0] == processing.pk
    assert processing.rows.filter(status=RowStatus.SUCCEEDED).count() == 0
    tasks.run_task(preview.pk)
    tasks.run_task(processing.pk)
    assert statuses() == ["completed", "validated"]


def test_a_run_that_had_no_turn_for_a_minute_takes_it(
    processing: BulkOperationTask, submit: Run, rung: list[int]
) -> None:
    submit(csv_of(good_row("P2")), user="editor", dry_run=True)
    BulkOperationTask.objects.filter(pk=processing.pk).update(modified=timezone.now() - timedelta(minutes=2))

    tasks.run_task(processing.pk)

    assert processing.rows.exclude(status=RowStatus.PENDING).exists()


def test_a_run_at_work_hands_over_to_a_preview_and_to_a_cancelled_task_alone(
    processing: BulkOperationTask, submit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run waits for the end of a turn, a preview for the end of a row."""
    monkeypatch.setattr("course_discovery_bulk.workers.turns.FAIRNESS_SECONDS", 0.0)
    other = submit(csv_of(good_row("R1")), user="editor")
    done = processing.rows.filter(status=RowStatus.SUCCEEDED)
    service.cancel(other, rings=False)
    assert work_on(processing.pk).is_now
    assert done.count() == 1
    work_on(other.pk)

    preview = submit(csv_of(good_row("P3")), user="editor", dry_run=True)
    assert work_on(processing.pk).is_now
    assert done.count() == 2
    assert not work_on(processing.pk, makes_room=False).is_needed
    assert done.count() == 12
    work_on(preview.pk)


def test_a_preview_does_not_count_among_the_runs_of_its_uploader(submit: Run, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "ACTIVE_TASKS_PER_USER": 1}
    run, later = submit(csv_of(good_row("R2"))), submit(csv_of(good_row("R3")))
    previews = [submit(csv_of(good_row(f"P{number}")), dry_run=True) for number in (4, 5)]
    BulkOperationTask.objects.filter(pk__in=[run.pk, previews[0].pk]).update(status="validating")

    for task in (later, previews[1]):
        assert not work_on(task.pk).is_needed
    assert statuses() == ["validating", "pending", "validating", "pending"]

    begun: list[int] = []
    work_on(previews[0].pk, begun.append)
    assert begun == [previews[1].pk, later.pk]  # the first of each kind is asked; which may begin, its claim decides
    work_on(previews[1].pk)
    assert statuses() == ["validating", "pending", "validated", "validated"]


def test_whoever_has_to_queue_keeps_nobody_from_working(
    processing: BulkOperationTask, submit: Run, settings: Any
) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "ACTIVE_TASKS_PER_USER": 1, "TURN_SECONDS": 0.0}
    submit(csv_of(good_row("R4")))

    assert BulkOperationLane.objects.filter(next_ring_at__isnull=False).exists()
    assert not work_on(processing.pk).is_needed
    assert processing.rows.filter(status=RowStatus.SUCCEEDED).count() == 12


def test_planning_stops_where_it_is_when_it_is_cancelled(
    submit: Run, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also: how far it was is kept page by page, so that it can be seen and is not done again."""
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "STATE_BATCH": 5}
    task, seen = submit(ROWS, dry_run=True), []
    keep = service.progress

    def look(_lease: Any, **fields: Any) -> None:
        BulkOperationTask.objects.filter(pk=task.pk).update(**fields)
        if "task_summary" in fields:
            now = keep(BulkOperationTask.objects.get(pk=task.pk))
            seen.append((now.step, now.done, now.total, now.eta_seconds is not None))
            if len(seen) == 2:
                service.cancel(task, rings=False)

    monkeypatch.setattr("course_discovery_bulk.workers.leases.write_task", look)
    work_on(task.pk)

    assert seen[:2] == [("planning", 5, 12, True), ("planning", 10, 12, True)]
    task.refresh_from_db()
    assert (task.status, task.not_processed_count) == ("cancelled", 12)
