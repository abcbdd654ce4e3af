"""Health: what stands still is seen, and what only waits its turn is not taken for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from kombu.exceptions import OperationalError

from course_discovery_bulk import conf, service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers import claiming, leases
from tests.integration.pipeline.conftest import Run, csv_of, good_row

CONTENT = csv_of(good_row("H1"))


def age(task: BulkOperationTask, seconds: float, **fields: object) -> None:
    then = timezone.now() - timedelta(seconds=seconds)
    BulkOperationTask.objects.filter(pk=task.pk).update(created=then, modified=then, **fields)


def test_nothing_to_do_is_healthy(seeded: None) -> None:
    found = service.health()

    assert (found.is_healthy, found.queued, found.live_lanes, found.oldest_idle_seconds) == (True, 0, 0, 0.0)


def test_a_task_that_nobody_begins_is_seen(submit: Run) -> None:
    task = submit(CONTENT)
    age(task, 600)

    found = service.health()

    assert (found.is_healthy, found.queued, found.stalled, found.stalled_tasks) == (False, 1, 1, (task.pk,))
    assert found.oldest_queued_seconds == pytest.approx(600, abs=5)


def test_a_task_at_work_and_one_behind_it_are_healthy(submit: Run) -> None:
    first, second = submit(CONTENT), submit(CONTENT)
    lease = claiming.claim(first.pk, conf.read())
    assert lease is not None
    leases.write_task(lease, status="validating")
    age(first, 600)
    age(second, 600)

    found = service.health()

    assert (found.is_healthy, found.working, found.live_lanes, found.queued) == (True, 1, 1, 1)


def test_a_paused_task_is_healthy(submit: Run) -> None:
    age(submit(CONTENT), 600, next_attempt_at=timezone.now() + timedelta(seconds=60))

    assert (service.health().is_healthy, service.health().paused) == (True, 1)


def test_a_lease_that_nobody_takes_over_is_seen(submit: Run) -> None:
    task = submit(CONTENT)
    claiming.claim(task.pk, conf.read())
    task.lanes.update(lease_until=timezone.now() - timedelta(seconds=600))

    found = service.health()

    assert (found.is_healthy, found.expired_leases) == (False, 1)
    assert found.oldest_expired_seconds == pytest.approx(600, abs=5)


@pytest.mark.parametrize("status", ["completed", "validated", "processing"])
def test_a_lease_that_nobody_needs_to_take_over_is_no_alarm(submit: Run, status: str) -> None:
    """A worker died after the end, or in a pause: no other one is wanted now."""
    task = submit(CONTENT)
    claiming.claim(task.pk, conf.read())
    task.lanes.update(lease_until=timezone.now() - timedelta(seconds=600))
    age(task, 0, status=status, next_attempt_at=timezone.now() + timedelta(seconds=60))

    found = service.health()

    assert (found.is_healthy, found.expired_leases, found.oldest_expired_seconds) == (True, 0, 0.0)


def test_the_command_says_it_by_its_exit_code(submit: Run, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bulk_operations_health")
    assert "is healthy: yes" in capsys.readouterr().out

    task = submit(CONTENT)
    age(task, 600)
    with pytest.raises(SystemExit):
        call_command("bulk_operations_health")
    assert f"stalled tasks: {task.pk}\n" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("bulk_operations_health", "--format", "json")

    assert ended.value.code == 1
    assert '"queued": 1' in capsys.readouterr().out


def test_the_sweep_command_says_how_many_jobs_it_sent(submit: Run, capsys: pytest.CaptureFixture[str]) -> None:
    task = submit(CONTENT)
    task.lanes.update(next_ring_at=timezone.now() - timedelta(seconds=1))

    call_command("bulk_operations_sweep")
    call_command("bulk_operations_sweep")

    assert capsys.readouterr().out == "Sent 1 job.\nSent 0 jobs.\n"


def test_the_sweep_command_fails_where_the_broker_takes_nothing(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for task in (submit(CONTENT), submit(CONTENT)):
        BulkOperationTask.objects.filter(pk=task.pk).update(status="processing")
        task.lanes.update(next_ring_at=timezone.now() - timedelta(seconds=1))

    def refuse(*_args: object, **_options: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("celery.app.task.Task.apply_async", refuse)
    with pytest.raises(CommandError, match=r"^Sent 0 of 2 jobs: the message broker does not answer\."):
        call_command("bulk_operations_sweep")


@pytest.mark.parametrize("status", ["pending", "validating", "processing"])
def test_a_paused_task_says_so_at_whatever_stage_it_is(submit: Run, status: str) -> None:
    task = submit(CONTENT)
    step = service.progress(task).stage
    age(task, 0, status=status, next_attempt_at=timezone.now() + timedelta(seconds=60))
    task.refresh_from_db()

    told = service.progress(task)

    assert (told.stage, told.step) == ("paused", step)


def test_neither_an_ended_task_nor_a_preview_that_is_ready_is_paused(submit: Run) -> None:
    task = submit(CONTENT)
    stages = []
    for status in ("completed", "validated"):
        now = timezone.now()
        age(task, 0, status=status, ingested_at=now, validated_at=now, next_attempt_at=now + timedelta(seconds=60))
        task.refresh_from_db()
        stages.append(service.progress(task).stage)

    assert stages == ["finished", "previewed"]
