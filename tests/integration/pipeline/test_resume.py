"""A job may stop at any point: the next one goes on, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from course_discovery_bulk import conf
from course_discovery_bulk.db import statements
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import AnswerLost, Transient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.base import RowCheck
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pipeline.validate import Validator
from course_discovery_bulk.problems import MISSING_REQUIRED_DATA, Problem
from course_discovery_bulk.workers import claiming, context, finishing, ingestion, replanning, stages
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.task_life import Next
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import HEADER, Creations, Run, csv_of, good_row, row_results

pytestmark = pytest.mark.usefixtures("courses_in_memory")

CONTENT = csv_of(good_row("R1"), good_row("R2"), good_row("R3"))


class Killed(BaseException):
    """Stands for the end of a process: nothing of ours may catch it."""


def once(original: Callable[..., Any], stop: type[BaseException], *, before: bool, call: int) -> Callable[..., Any]:
    """The original, but its n-th call ends in an error, before or after it took effect."""
    calls = 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != call:
            return original(*args, **kwargs)
        if not before:
            original(*args, **kwargs)
        raise stop("on purpose")

    return wrapped


def finish(task: BulkOperationTask) -> None:
    for _job in range(20):
        BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
        if not work_on(task.pk).is_needed:
            break
    task.refresh_from_db()


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
@pytest.mark.parametrize("call", [pytest.param(1, marks=pytest.mark.long), 2, pytest.param(3, marks=pytest.mark.long)])
def test_a_job_killed_around_a_creation_is_continued(
    before: bool, call: int, submit: Run, monkeypatch: pytest.MonkeyPatch, creations: Creations
) -> None:
    task = submit(CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(
            DiscoveryClient, "create_course", once(DiscoveryClient.create_course, Killed, before=before, call=call)
        )
        with pytest.raises(Killed):
            work_on(task.pk)

    finish(task)

    assert task.status == "completed"
    assert [status for _line, status, _codes in row_results(task)] == ["succeeded"] * 3
    assert creations() == ["R1", "R2", "R3"]


@pytest.mark.parametrize(
    ("module", "name"), [(ingestion, "record_read_rows"), (ingestion, "record_checked_rows"), (finishing, "_end")]
)
def test_a_job_killed_in_a_stage_is_continued(
    module: ModuleType, name: str, submit: Run, monkeypatch: pytest.MonkeyPatch, creations: Creations
) -> None:
    task = submit(CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, once(getattr(module, name), Killed, before=False, call=1))
        with pytest.raises(Killed):
            work_on(task.pk)

    finish(task)

    assert (task.status, task.total_count, task.succeeded_count) == ("completed", 3, 3)
    assert creations() == ["R1", "R2", "R3"]


def test_a_lost_answer_is_read_back_and_not_repeated(
    submit: Run, monkeypatch: pytest.MonkeyPatch, creations: Creations
) -> None:
    task = submit(CONTENT)
    lost = once(DiscoveryClient.create_course, AnswerLost, before=False, call=2)
    monkeypatch.setattr(DiscoveryClient, "create_course", lost)

    finish(task)

    assert row_results(task) == [(2, "succeeded", []), (3, "succeeded", ["RECOVERED"]), (4, "succeeded", [])]
    assert creations() == ["R1", "R2", "R3"]


def test_a_call_that_never_arrived_is_sent_again(
    submit: Run, monkeypatch: pytest.MonkeyPatch, creations: Creations
) -> None:
    task = submit(CONTENT)
    lost = once(DiscoveryClient.create_course, AnswerLost, before=True, call=2)
    monkeypatch.setattr(DiscoveryClient, "create_course", lost)

    finish(task)

    assert [status for _line, status, _codes in row_results(task)] == ["succeeded"] * 3
    assert creations() == ["R1", "R2", "R3"]


def test_a_task_that_is_being_read_is_not_taken_by_a_second_job(submit: Run, creations: Creations) -> None:
    task = submit(CONTENT)
    assert claiming.claim(task.pk, conf.read()) is not None

    assert not work_on(task.pk).is_needed

    assert creations() == []


def test_a_worker_that_lost_its_lease_writes_nothing_more(
    submit: Run, monkeypatch: pytest.MonkeyPatch, creations: Creations
) -> None:
    task = submit(CONTENT)

    def steal(client: DiscoveryClient, body: Any) -> Any:
        made = original(client, body)
        task.lanes.update(lease_until=timezone.now() - timedelta(seconds=1))
        with monkeypatch.context() as patch:
            patch.setattr(DiscoveryClient, "create_course", original)
            assert not work_on(task.pk).is_needed
        return made

    original = DiscoveryClient.create_course
    monkeypatch.setattr(DiscoveryClient, "create_course", steal)
    work_on(task.pk)

    task.refresh_from_db()
    assert (task.status, task.succeeded_count) == ("completed", 3)
    assert creations() == ["R1", "R2", "R3"]


def test_a_finished_task_is_left_alone_by_another_delivery(run: Run) -> None:
    task = run(CONTENT)
    before = (task.modified, task.epoch)

    assert not work_on(task.pk).is_needed

    task.refresh_from_db()
    assert (task.modified, task.epoch) == before


def test_passing_trouble_pauses_the_task_and_it_goes_on_by_itself(
    submit: Run, monkeypatch: pytest.MonkeyPatch, creations: Creations
) -> None:
    task = submit(CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "create_course", _unavailable)
        wait = work_on(task.pk)
    assert 2.4 < wait.seconds <= 5
    assert row_results(task) == [(2, "pending", []), (3, "pending", []), (4, "pending", [])]

    finish(task)

    assert task.status == "completed"
    assert creations() == ["R1", "R2", "R3"]


def test_a_slice_that_is_over_is_followed_by_another(submit: Run, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "SLICE_SECONDS": 0.0}
    task = submit(CONTENT)

    waits = [work_on(task.pk) for _job in range(2)]
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "SLICE_SECONDS": 20.0}
    finish(task)

    assert [wait.is_now for wait in waits] == [True, True]
    assert task.status == "completed"


def test_a_cancelled_task_stops_and_says_which_rows_were_left(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(CONTENT)

    def cancel(client: DiscoveryClient, body: Any) -> Any:
        BulkOperationTask.objects.filter(pk=task.pk).update(cancel_requested_at=timezone.now())
        return original(client, body)

    original = DiscoveryClient.create_course
    monkeypatch.setattr(DiscoveryClient, "create_course", cancel)
    finish(task)

    assert [status for _line, status, _codes in row_results(task)] == ["succeeded", "not_processed", "not_processed"]
    assert (task.status, task.not_processed_count) == ("cancelled", 2)


def test_a_bug_in_one_row_does_not_take_the_others_down(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(CONTENT)
    monkeypatch.setattr(
        DiscoveryClient, "create_course", once(DiscoveryClient.create_course, KeyError, before=True, call=2)
    )

    finish(task)

    assert row_results(task) == [(2, "succeeded", []), (3, "unknown", ["INTERNAL_ERROR"]), (4, "succeeded", [])]
    assert task.status == "partially_completed"


def test_a_bug_before_anything_was_sent_fails_its_row_and_gives_a_reference(
    submit: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    task = submit(CONTENT)
    monkeypatch.setattr(replanning, "plan_on", once(replanning.plan_on, KeyError, before=True, call=2))

    finish(task)

    assert row_results(task) == [(2, "succeeded", []), (3, "failed", ["INTERNAL_ERROR"]), (4, "succeeded", [])]
    (incident,) = [record for record in caplog.records if getattr(record, "event", "") == "bulk.incident"]
    assert incident.reference in task.rows.get(line=3).problems[0]["message"]


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
def test_a_call_that_does_not_end_pauses_the_task(
    before: bool, submit: Run, monkeypatch: pytest.MonkeyPatch, creations: Creations
) -> None:
    task = submit(CONTENT)
    with monkeypatch.context() as patch:
        hangs = once(DiscoveryClient.create_course, SoftTimeLimitExceeded, before=before, call=2)
        patch.setattr(DiscoveryClient, "create_course", hangs)
        wait = work_on(task.pk)
    task.refresh_from_db()
    left = task.rows.get(line=3)

    assert (task.pauses, wait.seconds > 0) == (1, True)
    assert (left.status, left.crashes, left.steps[0]["state"]) == ("pending", 0, "sending")

    finish(task)
    assert task.status == "completed"
    assert creations() == ["R1", "R2", "R3"]


def test_a_row_whose_calls_never_end_does_not_hold_up_the_others_for_ever(
    submit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = submit(CONTENT)
    original = DiscoveryClient.create_course

    def create(client: DiscoveryClient, body: Any) -> Any:
        if body["number"] == "R2":
            raise SoftTimeLimitExceeded
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", create)
    for _job in range(20):
        BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
        with suppress(SoftTimeLimitExceeded):
            if not work_on(task.pk).is_needed:
                break
    task.refresh_from_db()

    assert row_results(task) == [(2, "succeeded", []), (3, "unknown", ["WORKER_LOST"]), (4, "succeeded", [])]


@pytest.mark.parametrize(
    "interruption",
    [
        pytest.param(MemoryError, marks=pytest.mark.long),
        pytest.param(SystemExit, marks=pytest.mark.long),
        OperationalError,
    ],
)
@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
def test_an_interruption_in_the_middle_of_a_row_is_no_verdict_on_it(
    before: bool,
    interruption: type[BaseException],
    submit: Run,
    monkeypatch: pytest.MonkeyPatch,
    creations: Creations,
) -> None:
    task = submit(CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(
            DiscoveryClient, "create_course", once(DiscoveryClient.create_course, interruption, before=before, call=2)
        )
        with pytest.raises(interruption):
            work_on(task.pk)
    left = task.rows.get(line=3)
    assert (left.status, left.steps[0]["state"]) == ("running", "sending")
    assert not task.lanes.exclude(lease_owner="").exists()  # another worker need not wait for the lease to be over

    finish(task)

    assert task.status == "completed"
    assert creations() == ["R1", "R2", "R3"]


@pytest.mark.parametrize("stage", ["record_read_rows", "record_checked_rows"])
def test_what_interrupts_every_job_before_the_first_row_ends_the_task(
    stage: str, submit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = submit(CONTENT)

    def interrupt(*_args: object) -> None:
        raise OperationalError(1153, "Got a packet bigger than 'max_allowed_packet' bytes")

    monkeypatch.setattr(ingestion, stage, interrupt)
    jobs = 0
    while not task.is_final and jobs < 20:
        jobs += 1
        with suppress(OperationalError):
            work_on(task.pk)
        task.refresh_from_db()

    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["WORKER_LOST"])
    assert jobs == conf.read().lost_claims + 2


def test_rows_are_stored_in_statements_that_any_server_takes(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "ж" * 9_000
    rows = [f"{good_row(f'L{number}')},{text}" for number in range(40)]
    task = submit("\n".join([f"{HEADER},long_description", *rows]))
    monkeypatch.setattr(statements, "BATCH_BYTES", 160_000)  # two rows, but not three
    sizes = []
    original = QuerySet.bulk_create

    def bulk_create(queryset: Any, objects: Any, **options: Any) -> Any:
        sizes.append(len(objects))
        return original(queryset, objects, **options)

    monkeypatch.setattr(QuerySet, "bulk_create", bulk_create)
    monkeypatch.setitem(stages.PERFORMED, Next.WRITE, lambda _bench: NextJob.now())
    work_on(task.pk)

    assert sizes == [2] * 20
    assert [row.line for row in task.rows.order_by("line")] == list(range(2, 42))
    assert {row.cells["long_description"] for row in task.rows.all()} == {text}


@pytest.fixture
def checked(submit: Run, monkeypatch: pytest.MonkeyPatch) -> BulkOperationTask:
    """A task whose rows an earlier version of the code has read and checked."""
    task = submit(CONTENT)
    with monkeypatch.context() as patch:
        patch.setitem(stages.PERFORMED, Next.WRITE, lambda _bench: NextJob.now())
        work_on(task.pk)
    return task


def test_rows_that_newer_code_does_not_take_any_more_fail_and_say_why(
    checked: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rules were changed while the task waited: what is written now goes by the rules of now."""
    operation = get_operation("course_create")

    def check(row: RowCheck) -> list[Problem]:
        return [row.problem(MISSING_REQUIRED_DATA, "title", operation="it")] if row.line == 3 else []

    monkeypatch.setattr(context, "get_operation", lambda *_given: replace(operation, check=check))

    finish(checked)

    assert row_results(checked) == [
        (2, "succeeded", []),
        (3, "invalid", ["MISSING_REQUIRED_DATA"]),
        (4, "succeeded", []),
    ]


def test_a_row_that_newer_code_stumbles_over_does_not_take_the_others_down(
    checked: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Validator, "clean", once(Validator.clean, KeyError, before=True, call=2))

    finish(checked)

    assert row_results(checked) == [(2, "succeeded", []), (3, "invalid", ["INTERNAL_ERROR"]), (4, "succeeded", [])]


def test_a_task_of_an_operation_that_is_gone_ends_without_a_write(
    checked: BulkOperationTask, creations: Creations
) -> None:
    BulkOperationTask.objects.filter(pk=checked.pk).update(task_type="course_retired")

    finish(checked)

    assert (checked.status, [note["code"] for note in checked.notes]) == ("failed", ["MISCONFIGURED"])
    assert [status for _line, status, _codes in row_results(checked)] == ["not_processed"] * 3
    assert creations() == []


def test_a_changed_file_is_refused(submit: Run, creations: Creations) -> None:
    task = submit(CONTENT)
    with task.csv_file.storage.open(task.csv_file.name, "wb") as stream:
        stream.write(csv_of(good_row("EVIL")).encode())

    work_on(task.pk)

    task.refresh_from_db()
    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["FILE_CHANGED"])
    assert creations() == []


def _unavailable(client: DiscoveryClient, body: Any) -> Any:
    raise Transient("service unavailable", status=503)
