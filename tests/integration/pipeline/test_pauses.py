"""Discovery that is away, or fails on row after row, pauses a task; one bad course or row does not."""

from __future__ import annotations

import random
from typing import Any

import pytest

from course_discovery_bulk import conf, service
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE, problem
from course_discovery_bulk.workers import (
    finishing,
    pauses,
    time_slice,
)
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.crashes import claim

pytestmark = pytest.mark.usefixtures("names_fetched_once")


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
