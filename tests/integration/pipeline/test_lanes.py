"""Several lanes at one task: each row once, a course in one hand, and what a lost worker leaves is taken up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from course_discovery_bulk import conf, service, tasks
from course_discovery_bulk.choices import Act, RowAction, RowStatus, StepState
from course_discovery_bulk.data import CleanRow, RowOutcome, RowPlan, Step
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import LeaseLost, Transient
from course_discovery_bulk.models import BulkOperationLane, BulkOperationTask, CourseLease
from course_discovery_bulk.pipeline import record_new_rows
from course_discovery_bulk.pipeline.record import (
    record_outcome,
    record_pause,
    record_planned,
    record_steps,
    record_taken,
)
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE, problem
from course_discovery_bulk.workers import (
    claiming,
    course_leases,
    finishing,
    leases,
    pauses,
    redispatch,
    stages,
    sweeper,
    time_slice,
)
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.reasons import Reason
from course_discovery_bulk.workers.task_life import Next, RowsEnd
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import ChangeLog
from tests.integration.pipeline.conftest import Run, csv_of, good_row, row_results

pytestmark = pytest.mark.usefixtures("names_fetched_once")

ROWS = csv_of(*(good_row(f"L{number}") for number in range(12)))


class Killed(BaseException):
    """Stands for the end of a process: nothing of ours may catch it."""


@pytest.fixture
def processing(submit: Run, monkeypatch: pytest.MonkeyPatch) -> BulkOperationTask:
    """A task of twelve rows that is read and checked, with nothing sent."""
    task = submit(ROWS)
    with monkeypatch.context() as patch:
        patch.setitem(stages.PERFORMED, Next.WRITE, lambda _bench: NextJob.now())
        work_on(task.pk)
    task.refresh_from_db()
    assert task.status == "processing"
    return task


def claim(task: BulkOperationTask) -> leases.Lease:
    lease = claiming.claim(task.pk, conf.read())
    assert lease is not None
    return lease


def expire(task: BulkOperationTask) -> None:
    """What a kill -9 looks like once the time of the lease is over."""
    task.lanes.exclude(lease_owner="").update(lease_until=timezone.now() - timedelta(seconds=1))


def kill_at(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The n-th creation of a course ends the worker before it is sent."""
    original, calls = DiscoveryClient.create_course, 0

    def wrapped(client: DiscoveryClient, body: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise Killed
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", wrapped)


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


def test_an_expired_lease_is_neither_extended_nor_written_under(processing: BulkOperationTask) -> None:
    lease = claim(processing)
    expire(processing)

    with pytest.raises(LeaseLost):
        leases.extend(lease)
    with pytest.raises(LeaseLost):
        leases.write_task(lease, total_count=0)
    assert BulkOperationTask.objects.get(pk=processing.pk).total_count == 12


def test_the_outcome_of_a_worker_that_was_overtaken_is_not_written(processing: BulkOperationTask) -> None:
    row = processing.rows.get(line=2)
    slow, fast = claim(processing), claim(processing)
    record_taken(row, slow.epoch)
    row.refresh_from_db()
    record_taken(row, fast.epoch)
    record_outcome(row, fast.epoch, RowOutcome(line=2, status=RowStatus.SUCCEEDED), object_url="")

    with pytest.raises(LeaseLost):
        record_outcome(row, slow.epoch, RowOutcome(line=2, status=RowStatus.FAILED), object_url="")

    row.refresh_from_db()
    assert (row.status, row.epoch) == ("succeeded", fast.epoch)


def test_a_row_of_which_a_part_was_sent_since_it_was_read_is_not_taken(processing: BulkOperationTask) -> None:
    """By a worker that stood still before it announced its call: it may be about to make that call."""
    slow, fast = claim(processing), claim(processing)
    record_taken(processing.rows.get(line=2), slow.epoch)
    as_read = processing.rows.get(line=2)
    record_steps(as_read.pk, slow.epoch, [Step(act=Act.CREATE_COURSE, state=StepState.SENDING, sent_at="2027-01-01")])

    with pytest.raises(LeaseLost):
        record_taken(as_read, fast.epoch)

    assert processing.rows.get(line=2).epoch == slow.epoch


def test_a_plan_for_a_preview_does_not_replace_what_was_sent_since(processing: BulkOperationTask) -> None:
    """A worker that stood still in a preview wakes up when somebody has applied it."""
    lease, as_read = claim(processing), processing.rows.get(line=2)
    sent = Step(act=Act.CREATE_COURSE, state=StepState.SENDING, sent_at="2027-01-01")
    record_taken(processing.rows.get(line=2), lease.epoch)
    record_steps(as_read.pk, lease.epoch, [sent])
    record_pause(as_read.pk, lease.epoch)

    with pytest.raises(LeaseLost):
        record_planned(as_read, RowPlan(line=2, action=RowAction.CREATE), "")

    assert processing.rows.get(line=2).steps == [sent.as_dict()]


def test_the_row_of_a_lost_worker_comes_first_and_counts_the_loss(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        kill_at(3, patch)
        with pytest.raises(Killed):
            work_on(processing.pk)
    left = processing.rows.get(status=RowStatus.RUNNING)

    assert not work_on(processing.pk).is_needed

    left.refresh_from_db()
    processing.refresh_from_db()
    assert (left.crashes, left.status, left.attempts) == (1, "succeeded", 2)
    assert processing.status == "completed"
    assert _creations() == [1] * 12


def test_what_a_lost_worker_left_comes_before_all_other_rows(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, order = DiscoveryClient.create_course, []

    def create(client: DiscoveryClient, body: Any) -> Any:
        order.append(body["number"])
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", create)
    processing.rows.filter(line=9).update(status=RowStatus.RUNNING, epoch=1)

    work_on(processing.pk)

    assert order[:3] == ["L7", "L0", "L1"]


def test_a_row_that_kills_every_worker_is_given_up_and_the_others_are_done(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, starts = DiscoveryClient.create_course, []

    def poison(client: DiscoveryClient, body: Any) -> Any:
        if body["number"] == "L5":
            starts.append(body["number"])
            raise Killed
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", poison)
    for _job in range(10):
        try:
            if not work_on(processing.pk).is_needed:
                break
        except Killed:
            expire(processing)

    processing.refresh_from_db()
    given_up = processing.rows.get(line=7)
    assert (given_up.status, [found["code"] for found in given_up.problems]) == ("unknown", ["WORKER_LOST"])
    assert len(starts) == 3
    assert processing.succeeded_count == 11
    assert processing.status == "partially_completed"


def test_a_task_on_which_worker_after_worker_dies_ends(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(ROWS)
    monkeypatch.setattr("course_discovery_bulk.workers.ingestion.inspect_file", _die)

    for _job in range(4):
        with pytest.raises(Killed):
            work_on(task.pk)
        task.lanes.update(lease_owner="gone", lease_until=timezone.now() - timedelta(seconds=1))
    assert not work_on(task.pk).is_needed

    task.refresh_from_db()
    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["WORKER_LOST"])


def lose_a_worker_at_the_first_call(task: BulkOperationTask) -> None:
    with pytest.MonkeyPatch.context() as patch:
        kill_at(1, patch)
        with pytest.raises(Killed):
            work_on(task.pk)


def waits_until_the_end(task: BulkOperationTask) -> list[NextJob]:
    """What each job said until none was wanted any more; the pauses are not waited for."""
    waits: list[NextJob] = []
    while len(waits) < 6 and (not waits or waits[-1].is_needed):
        BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
        waits.append(work_on(task.pk))
    return waits


def test_cancel_settles_a_row_that_a_lost_worker_had_sent(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = DiscoveryClient.create_course

    def made_but_not_noted(client: DiscoveryClient, body: Any) -> Any:
        original(client, body)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "create_course", made_but_not_noted)
        with pytest.raises(Killed):
            work_on(processing.pk)
    BulkOperationTask.objects.filter(pk=processing.pk).update(cancel_requested_at=timezone.now())

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    results = row_results(processing)
    assert results[0] == (2, "succeeded", ["RECOVERED"])
    assert {status for _line, status, _codes in results[1:]} == {"not_processed"}
    assert processing.status == "cancelled"
    assert _creations()[0] == 1


def test_cancel_ends_a_row_whose_worker_died_before_it_was_planned(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("course_discovery_bulk.workers.row_loop.plan_now", _die)
        with pytest.raises(Killed):
            work_on(processing.pk)
    assert processing.rows.get(status=RowStatus.RUNNING).line == 2
    BulkOperationTask.objects.filter(pk=processing.pk).update(cancel_requested_at=timezone.now())

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    assert {status for _line, status, _codes in row_results(processing)} == {"not_processed"}
    assert processing.status == "cancelled"


def test_cancel_with_discovery_away_ends_the_sent_row_as_unknown(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_a_worker_at_the_first_call(processing)
    BulkOperationTask.objects.filter(pk=processing.pk).update(cancel_requested_at=timezone.now())
    monkeypatch.setattr(DiscoveryClient, "get_course", _away)

    waits = waits_until_the_end(processing)

    processing.refresh_from_db()
    assert len(waits) == 4 and all(wait.seconds for wait in waits[:-1])
    assert row_results(processing)[0][1] == "unknown"
    assert processing.status == "cancelled"


def test_a_cancelled_task_still_asks_what_became_of_a_row_however_often_it_paused_before(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "create_course", _away)
        for _job in range(4):
            BulkOperationTask.objects.filter(pk=processing.pk).update(next_attempt_at=None)
            work_on(processing.pk)
    processing.refresh_from_db()
    assert processing.pauses == 4
    service.cancel(processing)

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    assert processing.status == "cancelled"
    assert {status for _line, status, _codes in row_results(processing)} == {"not_processed"}


def test_a_row_that_cannot_be_settled_says_why_and_the_task_ends(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_a_worker_at_the_first_call(processing)
    service.cancel(processing)
    monkeypatch.setattr(DiscoveryClient, "get_course", _broken)

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    assert processing.status == "cancelled"
    assert row_results(processing)[0] == (2, "unknown", ["INTERNAL_ERROR"])
    assert {status for _line, status, _codes in row_results(processing)[1:]} == {"not_processed"}


def test_a_row_given_up_after_a_cancellation_says_why(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_a_worker_at_the_first_call(processing)
    service.cancel(processing)
    monkeypatch.setattr(DiscoveryClient, "get_course", _away)
    waits_until_the_end(processing)

    assert row_results(processing)[0] == (2, "unknown", ["ANSWER_LOST"])


def paused(task: BulkOperationTask) -> tuple[int, float]:
    """How often, and for how many seconds from now."""
    task.refresh_from_db()
    return task.pauses, left.seconds if (left := pauses.next_attempt(task.pk)).is_needed else 0.0


def test_an_outage_that_several_lanes_meet_is_one_pause(processing: BulkOperationTask) -> None:
    benches = [time_slice._bench(claim(processing), conf.read(), ring=print, watch=print) for _lane in range(3)]
    away, told = Transient("away"), Transient("away", retry_after=600.0)
    at_last = problem(DISCOVERY_UNAVAILABLE, detail="away")

    first = finishing.pause(benches[0], away, at_last=at_last)
    second = finishing.pause(benches[1], away, at_last=at_last)
    assert paused(processing) == (1, pytest.approx(first.seconds, abs=1))
    assert second.seconds == pytest.approx(first.seconds, abs=1)

    assert finishing.pause(benches[2], told, at_last=at_last) == NextJob.after(600.0)
    assert finishing.pause(benches[0], away, at_last=at_last).seconds == pytest.approx(600, abs=1)
    assert paused(processing) == (1, pytest.approx(600, abs=1))


def test_a_cancellation_in_the_middle_of_pausing_is_not_put_off(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = time_slice._bench(claim(processing), conf.read(), ring=print, watch=print)
    monkeypatch.setattr(random, "uniform", lambda *_bounds: service.cancel(processing) and 5.0)

    assert finishing.pause(bench, Transient("away"), at_last=problem(DISCOVERY_UNAVAILABLE, detail="away")).is_now

    assert paused(processing) == (0, 0.0)


def test_a_late_worker_stops_nothing(processing: BulkOperationTask) -> None:
    bench = time_slice._bench(claim(processing), conf.read(), ring=print, watch=print)
    expire(processing)

    with pytest.raises(LeaseLost):
        finishing.stop(bench, Reason(problems=(problem(DISCOVERY_UNAVAILABLE, detail="away"),)))

    processing.refresh_from_db()
    assert (processing.stopped_for, processing.notes, processing.status) == (None, [], "processing")


def test_a_call_that_is_made_after_its_row_has_ended_is_told_and_not_repeated(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker stood still just before the call, and its task was cancelled and brought to its end by another."""
    original = DiscoveryClient.create_course

    def wake_up_late(client: DiscoveryClient, body: Any) -> Any:
        monkeypatch.setattr(DiscoveryClient, "create_course", original)
        expire(processing)
        service.cancel(processing)
        assert not work_on(processing.pk).is_needed
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", wake_up_late)
    work_on(processing.pk)

    row = processing.rows.get(line=2)
    assert (row.status, [found["code"] for found in row.problems]) == ("not_processed", ["CALLED_LATE"])
    assert "create the course" in row.problems[0]["message"]
    processing.refresh_from_db()
    retry = service.retry(processing, processing.uploaded_by).task
    while work_on(retry.pk).is_needed:
        pass
    retried = retry.rows.get(line=2)
    assert (retried.status, retried.problems) == ("succeeded", [])
    assert ChangeLog.objects.filter(verb="create", object_type="course", object_key="edX+L0").count() == 1


def test_a_late_check_changes_no_row_that_was_taken_since(processing: BulkOperationTask) -> None:
    seen = list(processing.rows.order_by("line")[:2])
    processing.rows.filter(line=2).update(epoch=7, problems=[{"code": "RECOVERED"}], group="mine")
    clean = {row.line: CleanRow(line=row.line, values={}, problems=(), group="late") for row in seen}

    record_new_rows.record_checked_rows(seen, clean)

    assert list(processing.rows.order_by("line").values_list("group", flat=True)[:2]) == ["mine", "late"]
    assert processing.rows.get(line=2).problems == [{"code": "RECOVERED"}]


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


def test_a_task_that_nobody_rings_for_is_found(processing: BulkOperationTask) -> None:
    """Its last worker died between letting go and seeing that something was left."""
    processing.lanes.update(next_ring_at=None)

    assert sweeper.sweep(conf.read()).to_ring == (processing.pk,)
    assert sweeper.sweep(conf.read()).to_ring == ()


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


@pytest.mark.parametrize("slice_seconds", [20.0, 0.0])
def test_when_discovery_fails_on_row_after_row_the_others_wait(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch, settings: Any, slice_seconds: float
) -> None:
    """However many slices that takes; afterwards one row at a time finds out whether it still does."""
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "SLICE_SECONDS": slice_seconds}

    def fail(client: DiscoveryClient, body: Any) -> Any:
        raise Transient("server error 500", status=500)

    monkeypatch.setattr(DiscoveryClient, "create_course", fail)
    waits = []
    for expected in (5, 6):
        while (wait := work_on(processing.pk)).is_now:
            pass
        waits.append(wait)
        assert processing.rows.filter(status="failed").count() == expected
        assert processing.rows.filter(status="pending").count() == 12 - expected
        BulkOperationTask.objects.filter(pk=processing.pk).update(next_attempt_at=None)

    assert all(wait.seconds for wait in waits)


def test_a_course_that_discovery_cannot_show_does_not_hold_up_the_others(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = DiscoveryClient.get_courses

    def show(client: DiscoveryClient, keys: Any) -> Any:
        if "edX+L5" in keys:
            raise Transient("server error 500", status=500)
        return original(client, keys)

    monkeypatch.setattr(DiscoveryClient, "get_courses", show)

    assert not work_on(processing.pk).is_needed

    bad = processing.rows.get(line=7)
    assert (bad.status, [found["code"] for found in bad.problems]) == ("failed", ["DISCOVERY_UNAVAILABLE"])
    assert processing.rows.filter(status="succeeded").count() == 11


@pytest.mark.parametrize(("status", "failed"), [(500, 5), (503, 0)])
def test_discovery_that_shows_no_course_at_all_is_waited_for(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch, status: int, failed: int
) -> None:
    def show(client: DiscoveryClient, keys: Any) -> Any:
        raise Transient("no", status=status)

    monkeypatch.setattr(DiscoveryClient, "get_courses", show)

    assert work_on(processing.pk).seconds > 0

    assert processing.rows.filter(status="failed").count() == failed
    assert processing.rows.filter(status="pending").count() == 12 - failed


def test_a_lane_makes_room_for_others_that_wait(processing: BulkOperationTask, submit: Run, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "TURN_SECONDS": 0.0}

    waiting = submit(csv_of(good_row("F1")))

    assert work_on(processing.pk).is_now
    assert processing.rows.filter(status=RowStatus.SUCCEEDED).count() == 1
    assert work_on(waiting.pk) in (NextJob.none(), NextJob.now())
    assert waiting.rows.get().status == "succeeded"


def _nothing_to_do(_bench: Any) -> Any:
    return RowsEnd.MORE


def _die(*_args: Any, **_kwargs: Any) -> Any:
    raise Killed


def _broken(*_args: Any, **_kwargs: Any) -> Any:
    raise KeyError("an answer of a form that nobody expects")


def _away(*_args: Any, **_kwargs: Any) -> Any:
    raise Transient("away", status=503)


def _creations() -> list[int]:
    made: Callable[[str], int] = ChangeLog.objects.filter(object_type="course", verb="create").filter
    return [made(object_key=f"edX+L{number}").count() for number in range(12)]
