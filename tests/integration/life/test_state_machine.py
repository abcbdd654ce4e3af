"""The life of tasks under everything that can happen, in any order; and a safeguard taken out, which must be seen."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from course_discovery_bulk.db.clock import DatabaseNow
from course_discovery_bulk.models import BulkOperationLane, BulkOperationRow
from course_discovery_bulk.pipeline import record
from course_discovery_bulk.workers import context, leases, time_slice
from tests.integration.life.laws import make_audit
from tests.integration.life.machine import NAMES, Life
from tests.integration.life.world import CALL_SECONDS, LEASE_SECONDS, QUIET_SECONDS, Clock

pytestmark = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="its clock is replaced in SQLite's form")

NO_CHECKS = tuple(HealthCheck)


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


def live(examples: int, steps: int = 20, **chosen: Any) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=NO_CHECKS, **chosen
        ),
    )


def test_without_any_trouble_every_row_is_done() -> None:
    life = Life()
    try:
        life.upload(options={"on_error": "continue", "dry_run": False}, has_bad_row=True)
        life.work([])
        statuses = list(BulkOperationRow.objects.order_by("line").values_list("status", flat=True))
    finally:
        life.teardown()

    assert statuses == ["succeeded"] * 3 + ["invalid"]
    assert [effect.verb for effect in life.world.effects] == ["create_run"] * 3


def test_tasks_come_to_a_true_end_whatever_happens() -> None:
    live(2, steps=6, derandomize=True, phases=[Phase.generate])


@pytest.mark.slow
def test_tasks_come_to_a_true_end_whatever_happens_at_length() -> None:
    live(2_000)


@pytest.mark.slow
def test_rows_that_are_written_without_epochs_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Epochs and leases are no longer asked for: a worker that was overtaken writes over what others have written."""
    monkeypatch.setattr(record, "_own", lambda row_pk, _epoch: Q(pk=row_pk))
    monkeypatch.setattr(leases, "_own", lambda lease: BulkOperationLane.objects.filter(pk=lease.lane_pk))

    with pytest.raises(AssertionError, match=r"I[1-8] "):
        live(1_000, steps=6, derandomize=True, phases=[Phase.generate])
