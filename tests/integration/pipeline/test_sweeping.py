"""The sweeper: whatever stands still gets a job, and nothing that moves gets another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from course_discovery_bulk import conf, service, tasks
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask
from course_discovery_bulk.workers import (
    leases,
    redispatch,
    stages,
    sweeper,
)
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.task_life import Next
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import ROWS, Creations, Run, csv_of, good_row
from tests.integration.pipeline.crashes import claim, expire

pytestmark = pytest.mark.usefixtures("courses_in_memory")


def test_jobs_that_wait_in_a_long_queue_are_not_rung_for_again(processing: BulkOperationTask) -> None:
    """A worker with one process comes to the fourth lane of a task later than a job is waited for."""
    lease = claim(processing)
    redispatch.take_idle_lanes(processing.pk, 4, ring_again_after=-1.0)
    leases.release(lease, ring_again_after=60.0)

    assert sweeper.sweep(conf.read()).to_ring == ()

    idle = timezone.now() - timedelta(seconds=redispatch.patience(conf.read()) + 1)
    BulkOperationTask.objects.filter(pk=processing.pk).update(modified=idle)
    assert sweeper.sweep(conf.read()).to_ring == (processing.pk,) * 3


def test_a_lane_that_is_long_overdue_is_rung_for_though_others_move(processing: BulkOperationTask) -> None:
    claim(processing)
    redispatch.take_idle_lanes(processing.pk, 2, ring_again_after=-11 * redispatch.patience(conf.read()))

    assert sweeper.sweep(conf.read()).to_ring == (processing.pk,)


def test_a_worker_that_is_busy_sweeps_by_itself(
    submit: Run, processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = submit(csv_of(good_row("S1")), user="editor")
    lost.lanes.update(next_ring_at=timezone.now() - timedelta(seconds=1))
    rung: list[int] = []
    monkeypatch.setattr(tasks, "ring", lambda pk, **_options: rung.append(pk) is None)
    monkeypatch.setattr(tasks, "SWEEPS", tasks.Sweeps())

    tasks.run_task(processing.pk)
    assert rung.count(lost.pk) == 1

    lost.lanes.update(next_ring_at=timezone.now() - timedelta(seconds=1))
    tasks.run_task(processing.pk)
    assert rung.count(lost.pk) == 1  # not at every job


def test_what_stands_still_is_rung_for_once(processing: BulkOperationTask) -> None:
    claim(processing)
    expire(processing)

    found = sweeper.sweep(conf.read())
    again = sweeper.sweep(conf.read())

    assert (found.to_ring, found.dead_lanes) == ((processing.pk,), 1)
    assert again.to_ring == ()


def test_a_task_whose_job_was_lost_is_rung_for_after_its_time(submit: Run) -> None:
    task = submit(ROWS)
    assert sweeper.sweep(conf.read()).to_ring == ()

    task.lanes.update(next_ring_at=timezone.now() - timedelta(seconds=1))

    assert sweeper.sweep(conf.read()).to_ring == (task.pk,)


def test_a_task_that_nobody_rings_for_is_found(processing: BulkOperationTask) -> None:
    """Its last worker died between letting go and seeing that something was left."""
    processing.lanes.update(next_ring_at=None)

    assert sweeper.sweep(conf.read()).to_ring == (processing.pk,)
    assert sweeper.sweep(conf.read()).to_ring == ()


def test_a_task_from_before_there_were_lanes_is_rung_for(submit: Run) -> None:
    task = submit(ROWS)
    BulkOperationLane.objects.all().delete()

    assert sweeper.sweep(conf.read()).to_ring == (task.pk,)


def test_paused_previewed_and_ended_tasks_are_left_alone(submit: Run, run: Run) -> None:
    paused, previewed, ended = submit(ROWS), run(ROWS, dry_run=True), run(csv_of(good_row("E1")))
    BulkOperationTask.objects.filter(pk=paused.pk).update(next_attempt_at=timezone.now() + timedelta(seconds=60))
    BulkOperationLane.objects.update(next_ring_at=timezone.now() - timedelta(seconds=1))

    assert (previewed.status, ended.status) == ("validated", "completed")
    assert sweeper.sweep(conf.read()).to_ring == ()


def test_a_cancelled_task_whose_job_was_lost_ends_though_it_queues_behind_another(submit: Run) -> None:
    first, second = submit(csv_of(good_row("Q1"))), submit(csv_of(good_row("Q2")))
    service.cancel(second)
    BulkOperationLane.objects.update(next_ring_at=timezone.now() - timedelta(seconds=1))

    assert set(sweeper.sweep(conf.read()).to_ring) == {first.pk, second.pk}
    assert not work_on(second.pk).is_needed

    second.refresh_from_db()
    assert (second.status, [row.status for row in second.rows.all()]) == ("cancelled", ["not_processed"])


def test_a_preview_that_was_cancelled_while_it_was_saved_ends(
    submit: Run, creations: Creations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker crashed between saving it and looking whether it was cancelled."""
    task = submit(csv_of(good_row("V1")), dry_run=True)
    monkeypatch.setitem(stages.PERFORMED, Next.REST, lambda _bench: NextJob.none())
    work_on(task.pk)
    BulkOperationTask.objects.filter(pk=task.pk, status="validated").update(cancel_requested_at=timezone.now())

    assert sweeper.sweep(conf.read()).to_ring == (task.pk,)
    assert sweeper.sweep(conf.read()).to_ring == ()
    assert not work_on(task.pk).is_needed

    task.refresh_from_db()
    assert (task.status, task.rows.get().status) == ("cancelled", "not_processed")
    assert creations() == []
