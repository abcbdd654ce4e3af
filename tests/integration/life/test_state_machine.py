"""The life of tasks under everything that can happen, in any order; and a safeguard taken out, which must be seen."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.db.clock import DatabaseNow
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline import record
from course_discovery_bulk.workers import context, row_context, time_slice
from tests.integration.life.laws import make_audit
from tests.integration.life.machine import LONG_STALL, NAMES, Life
from tests.integration.life.troubles import Kind, Place, Trouble
from tests.integration.life.world import CALL_SECONDS, LEASE_SECONDS, QUIET_SECONDS, Clock, World

pytestmark = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="its clock is replaced in SQLite's form")

NO_CHECKS = tuple(HealthCheck)
KILLED = Trouble(kind=Kind.KILL, place=Place.ANSWER, at=1)
OVERTAKING_STALL = Trouble(kind=Kind.STALL, place=Place.SEND, at=1, seconds=LONG_STALL, meanwhile=(KILLED,))


@pytest.fixture(autouse=True)
def world(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One clock for everybody, a catalog in memory, no threads."""
    settings.BULK_OPERATIONS = {
        **settings.BULK_OPERATIONS,
        "LEASE_SECONDS": LEASE_SECONDS,
        "QUIET_SECONDS": QUIET_SECONDS,
        "CONNECT_SECONDS": CALL_SECONDS / 2,
        "READ_SECONDS": CALL_SECONDS / 2,
        "PAUSE_SECONDS": 5.0,
        "RETRY_SECONDS": 0.5,
        "SWEEP_SECONDS": 10.0,
        "SLICE_SECONDS": 600.0,
        "LANES": 2,
    }
    cache.clear()  # what tests before this one kept of another catalog
    get_user_model().objects.create_user("ann", "ann@example.org", is_staff=True)
    make_audit()
    clock = Life.clock = Clock()
    monkeypatch.setattr(DatabaseNow, "as_sqlite", clock.as_sql, raising=False)
    monkeypatch.setattr(transaction.Atomic, "__init__", _with_savepoint)  # what would be a transaction of its own
    monkeypatch.setattr(timezone, "now", clock.now)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    monkeypatch.setattr(time_slice, "heartbeat", lambda *_args, **_kwargs: nullcontext())
    monkeypatch.setattr(context, "open_client", lambda *_args, **_kwargs: Life.world.client())
    monkeypatch.setattr(context, "fetch_lookups", lambda _client: NAMES)

    def statement(*given: Any) -> Any:
        return Life.world.statement(*given)  # of the machine that runs now

    with connection.execute_wrapper(statement):
        yield


def _with_savepoint(block: transaction.Atomic, using: str | None, _savepoint: bool, durable: bool) -> None:
    block.using, block.savepoint, block.durable, block._from_testcase = using, True, durable, False


def live(examples: int, steps: int = 5, **chosen: Any) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=NO_CHECKS, **chosen
        ),
    )


def test_without_any_trouble_every_row_is_done() -> None:
    life = Life()
    try:
        life.upload(options={"on_error": "continue", "dry_run": False}, courses=2, has_bad_row=True)
        life.work([])
        statuses = list(BulkOperationRow.objects.order_by("line").values_list("status", flat=True))
    finally:
        life.teardown()

    assert statuses == ["succeeded"] * 2 + ["invalid"]
    assert [effect.verb for effect in life.world.effects] == ["create_run"] * 2


def test_a_course_that_keeps_failing_ends_its_row_once_the_other_is_done() -> None:
    life = Life()
    try:
        life.upload(options={"on_error": "continue", "dry_run": False}, courses=2, has_bad_row=False)
        life.fail_for_a_while({"edX+A"})
        life.work([])
        while life.world.queue:
            life.work([])
        life.laws_hold()
        statuses = list(BulkOperationRow.objects.order_by("line").values_list("status", flat=True))
    finally:
        life.teardown()

    assert statuses == ["failed", "succeeded"]


def test_while_both_courses_fail_no_row_ends() -> None:
    life = Life()
    try:
        life.upload(options={"on_error": "continue", "dry_run": False}, courses=2, has_bad_row=False)
        life.fail_for_a_while({"edX+A", "edX+B"})
        for _job in range(6):
            life.work([])
            life.laws_hold()
        statuses = list(BulkOperationRow.objects.order_by("line").values_list("status", flat=True))
    finally:
        life.teardown()

    assert statuses == ["pending"] * 2


def test_a_worker_that_was_overtaken_right_before_a_call_sends_nothing() -> None:
    assert [effect.verb for effect in _overtaken().effects] == ["create_run"]


def test_a_worker_whose_course_another_task_took_right_before_a_call_sends_nothing() -> None:
    """The row is still its own: only the lease tells that the course is not."""
    life = Life()
    try:
        for _task in range(2):
            life.upload(options={"on_error": "continue", "dry_run": False}, courses=1, has_bad_row=False)
        life.work_and_be_overtaken(OVERTAKING_STALL)
        life.laws_hold()
    finally:
        life.teardown()

    assert [effect.verb for effect in life.world.effects] == ["create_run"]


def test_without_the_epoch_of_its_row_and_its_lease_it_sends_the_call_again(
    without_epochs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_context.leases, "extend", lambda _lease: None)
    with pytest.raises(AssertionError, match=r"I4 .* has 2 new runs"):
        _overtaken()


def test_tasks_come_to_a_true_end_whatever_happens() -> None:
    live(8, derandomize=True, phases=[Phase.generate])


@pytest.mark.slow
def test_tasks_come_to_a_true_end_whatever_happens_at_length() -> None:
    live(2_000)


@pytest.mark.slow
def test_rows_that_are_written_without_their_epoch_are_found_out(
    without_epochs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a call the lease is looked at as well, which would hide it there."""
    monkeypatch.setattr(row_context.leases, "extend", lambda _lease: None)
    with pytest.raises(AssertionError, match=r"I[1-9] "):
        live(1_000, steps=1, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def without_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A safeguard is taken out: a worker writes to a row that another worker has, as long as the row is under way."""
    monkeypatch.setattr(record, "_own", lambda row_pk, _epoch: Q(pk=row_pk, status=RowStatus.RUNNING))


def _overtaken() -> World:
    """A worker stalls between the look at its lease and its call; the one that takes over dies after that call."""
    life = Life()
    try:
        life.upload(options={"on_error": "continue", "dry_run": False}, courses=1, has_bad_row=False)
        life.work([OVERTAKING_STALL])
        life.laws_hold()
    finally:
        life.teardown()
    return life.world
