"""Several lanes at one task: each row once, a course in one hand, and room for the tasks of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from course_discovery_bulk import conf
from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask, CourseLease
from course_discovery_bulk.workers import (
    claiming,
    course_leases,
    finishing,
    leases,
    stages,
    sweeper,
)
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.task_life import Next, RowsEnd
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import ROWS, Run, csv_of, good_row, row_results
from tests.integration.pipeline.crashes import claim, expire

pytestmark = pytest.mark.usefixtures("courses_in_memory")


def test_a_task_that_is_written_has_as_many_lanes_as_the_settings_say(
    processing: BulkOperationTask, settings: Any
) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "LANES": 3}

    taken = [claiming.claim(processing.pk, conf.read()) for _worker in range(4)]

    assert [bool(lease) for lease in taken] == [True, True, True, False]
    epochs = [lease.epoch for lease in taken if lease]
    assert epochs == sorted(set(epochs))


def test_a_task_that_stops_after_failures_has_one_lane_so_that_it_stops_exactly(submit: Run) -> None:
    task = submit(ROWS, on_error="stop")
    BulkOperationTask.objects.filter(pk=task.pk).update(status="processing", started_at=timezone.now())

    assert claiming.claim(task.pk, conf.read()) is not None
    assert claiming.claim(task.pk, conf.read()) is None


def test_the_first_lane_rings_for_others_while_there_are_courses_for_them(
    submit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, rung = submit(ROWS), []
    monkeypatch.setattr("course_discovery_bulk.workers.stages.process_slice", _nothing_to_do)

    work_on(task.pk, rung.append)
    work_on(task.pk, rung.append)

    assert rung == [task.pk] * 3  # and no more by the second job: those are on their way already
    assert task.lanes.count() == 4


def test_a_course_is_in_one_hand_only_also_across_tasks(submit: Run, processing: BulkOperationTask) -> None:
    other = submit(ROWS)
    mine, theirs = claim(processing), claim(other)

    assert course_leases.take(mine, ["edx+l1", "edx+l2"]) == {"edx+l1", "edx+l2"}
    assert course_leases.take(theirs, ["edx+l2", "edx+l3"]) == {"edx+l3"}
    assert not course_leases.take_all(theirs, ["edx+l2", "edx+l4"])
    assert not CourseLease.objects.filter(name="edx+l4").exists()

    leases.release(mine, ring_again_after=None)
    assert course_leases.take_all(theirs, ["edx+l2", "edx+l4"])


def test_courses_of_a_lost_worker_are_free_once_its_lease_is_over(submit: Run, processing: BulkOperationTask) -> None:
    other = submit(ROWS)
    course_leases.take(claim(processing), ["edx+l1"])
    expire(processing)

    assert course_leases.take(claim(other), ["edx+l1"]) == {"edx+l1"}


def test_rows_whose_course_another_task_has_wait_for_it(submit: Run, processing: BulkOperationTask) -> None:
    other = submit(csv_of(good_row("Q1")))
    holder = claim(other)
    course_leases.take(holder, [processing.rows.get(line=2).group])

    wait = work_on(processing.pk)

    assert wait == NextJob.after(2.0)
    assert [status for _line, status, _codes in row_results(processing)] == ["pending"] + ["succeeded"] * 11
    leases.release(holder, ring_again_after=None)
    assert not work_on(processing.pk).is_needed
    assert processing.rows.get(line=2).status == "succeeded"


def test_lanes_that_end_at_the_same_moment_do_not_leave_the_rest_to_each_other(
    submit: Run, processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Each sees the other at work, and what is left is a course that another task has."""
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "LANES": 2}
    holder, other_lane = claim(submit(csv_of(good_row("Q1")))), claim(processing)
    course_leases.take(holder, [processing.rows.get(line=2).group])
    original = finishing.end_unless_open

    def end_beside_another(bench: Any) -> NextJob:
        wait = original(bench)
        leases.release(other_lane, ring_again_after=None)
        return wait

    monkeypatch.setitem(stages.PERFORMED, Next.END, end_beside_another)

    assert work_on(processing.pk) == NextJob.after(2.0)

    assert processing.lanes.filter(next_ring_at__isnull=False).exists()
    leases.release(holder, ring_again_after=None)
    assert not work_on(processing.pk).is_needed
    assert processing.rows.get(line=2).status == "succeeded"


def test_a_course_that_is_taken_meanwhile_is_not_forgotten_with_the_dead(
    submit: Run, processing: BulkOperationTask
) -> None:
    dead, live = claim(processing), claim(submit(csv_of(good_row("Q1"))))
    course_leases.take(dead, ["edx+l1"])
    expire(processing)
    taken: list[str] = []

    def take_between(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("DELETE") and not taken:
            taken.append("edx+l2")
            course_leases.take(live, taken)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(take_between):
        sweeper.forget_dead_course_leases()

    assert list(CourseLease.objects.values_list("name", flat=True)) == ["edx+l2"]


def test_a_persons_further_tasks_wait_and_begin_in_order(submit: Run, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "ACTIVE_TASKS_PER_USER": 1}
    first, second, third = (submit(csv_of(good_row(f"W{number}"))) for number in range(3))
    lease = claim(first)
    leases.write_task(lease, status="validating")
    leases.release(lease, ring_again_after=0.0)
    rung: list[int] = []

    assert not work_on(second.pk, rung.append).is_needed
    assert not work_on(third.pk, rung.append).is_needed
    assert {second.rows.count(), third.rows.count()} == {0}
    assert not work_on(first.pk, rung.append).is_needed

    first.refresh_from_db()
    assert first.status == "completed"
    assert rung == [second.pk]
    BulkOperationLane.objects.update(next_ring_at=timezone.now() - timedelta(seconds=1))
    assert sweeper.sweep(conf.read()).to_ring == (second.pk,)


def test_a_lane_makes_room_for_others_that_wait(processing: BulkOperationTask, submit: Run, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "TURN_SECONDS": 0.0}

    waiting = submit(csv_of(good_row("F1")))

    assert work_on(processing.pk).is_now
    assert processing.rows.filter(status=RowStatus.SUCCEEDED).count() == 1
    assert work_on(waiting.pk) in (NextJob.none(), NextJob.now())
    assert waiting.rows.get().status == "succeeded"


def _nothing_to_do(_bench: Any) -> Any:
    return RowsEnd.MORE
