"""Discovery that is away, or fails on row after row, pauses a task; one bad course or row does not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from course_discovery_bulk import conf, service
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.errors import error_of
from course_discovery_bulk.exceptions import AnswerLost, Transient, Unreachable
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE, problem
from course_discovery_bulk.testing import FakeDiscovery
from course_discovery_bulk.workers import (
    finishing,
    pauses,
    time_slice,
)
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import ROWS, Run, csv_of, good_row
from tests.integration.pipeline.crashes import claim

pytestmark = pytest.mark.usefixtures("courses_in_memory")


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


UNAVAILABLE = Transient("server error 503", status=503)
TOLD_TO_WAIT = Transient("server error 503", status=503, retry_after=7.0)
LOCK_WAIT = Transient("(1205, 'Lock wait timeout exceeded')", status=400)
STUDIO_FAILED = error_of("POST", 400, {}, b'"Failed to set course run data: <html>503 Service Unavailable</html>"')
NO_ANSWER = AnswerLost("server error 504", status=504)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Counter[str]]:
    """Creations of these numbers fail, of all if none is named; gives how often each was called."""
    original = DiscoveryClient.create_course

    def fail(error: Exception, *numbers: str) -> Counter[str]:
        calls: Counter[str] = Counter()

        def create(client: DiscoveryClient, body: Any) -> Any:
            calls[body["number"]] += 1
            if not numbers or body["number"] in numbers:
                raise error
            return original(client, body)

        monkeypatch.setattr(DiscoveryClient, "create_course", create)
        return calls

    return fail


def work_until_it_waits(task: BulkOperationTask) -> NextJob:
    """All jobs that are due, and those that wait for other lanes; the wait of a pause, or that none is needed."""
    for _job in range(30):
        following = work_on(task.pk)
        task.refresh_from_db()
        if task.next_attempt_at or not following.is_needed:
            return following
    raise AssertionError("no end of jobs")


def wake(task: BulkOperationTask) -> None:
    BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)


def statuses(task: BulkOperationTask) -> Counter[str]:
    return Counter(task.rows.values_list("status", flat=True))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UNAVAILABLE, "failed", "DISCOVERY_UNAVAILABLE"),
        pytest.param(LOCK_WAIT, "failed", "DISCOVERY_UNAVAILABLE", marks=pytest.mark.long),
        pytest.param(STUDIO_FAILED, "failed", "DISCOVERY_UNAVAILABLE", marks=pytest.mark.long),
        (NO_ANSWER, "unknown", "ANSWER_LOST"),
    ],
    ids=["503", "lock wait", "page of Studio", "504"],
)
def test_one_row_whose_call_keeps_failing_ends_and_no_other_waits_for_it(
    processing: BulkOperationTask,
    failing: Callable[..., Counter[str]],
    courses_in_memory: FakeDiscovery,
    error: Exception,
    status: str,
    code: str,
) -> None:
    """The first row, when nobody has been tried yet; what it wrote is asked of the catalog itself."""
    calls = failing(error, "L0")

    assert not work_until_it_waits(processing).is_needed

    bad = processing.rows.get(line=2)
    assert (bad.status, [found["code"] for found in bad.problems]) == (status, [code])
    assert (calls.pop("L0"), set(calls.values())) == (6, {1})
    assert sorted(courses_in_memory.courses) == sorted(f"edx+l{number}" for number in range(1, 12))
    assert processing.pauses == 0


@pytest.mark.parametrize("error", [UNAVAILABLE, STUDIO_FAILED, NO_ANSWER], ids=["503", "page of Studio", "504"])
@pytest.mark.parametrize("slice_seconds", [600.0, pytest.param(0.0, marks=pytest.mark.long)])
def test_when_row_after_row_fails_the_task_pauses_and_no_row_ends(
    processing: BulkOperationTask,
    failing: Callable[..., Counter[str]],
    settings: Any,
    error: Exception,
    slice_seconds: float,
) -> None:
    """However many slices that takes; afterwards one row at a time finds out whether it is over, each time another."""
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "SLICE_SECONDS": slice_seconds}
    calls = failing(error)

    for tried in (5, 6, 7):
        assert work_until_it_waits(processing).seconds > 0
        assert (len(calls), statuses(processing)) == (tried, {"pending": 12})
        wake(processing)

    assert set(calls.values()) == {3}


def test_after_an_outage_a_row_with_trouble_of_its_own_holds_nobody_up(
    processing: BulkOperationTask, failing: Callable[..., Counter[str]]
) -> None:
    failing(UNAVAILABLE)
    work_until_it_waits(processing)
    wake(processing)

    calls = failing(UNAVAILABLE, "L0")

    assert not work_until_it_waits(processing).is_needed
    assert statuses(processing) == {"succeeded": 11, "failed": 1}
    assert next(iter(calls)) == "L5"  # the first that had not been tried
    assert processing.pauses == 0


@pytest.mark.parametrize(
    ("error", "number", "waits"),
    [
        (TOLD_TO_WAIT, "L0", [7, 7]),
        pytest.param(TOLD_TO_WAIT, "L11", [7] * 5, marks=pytest.mark.long),
        (UNAVAILABLE, "L11", [5, 10, 20, 40, 80]),
    ],
    ids=["first row, with Retry-After", "last row, with Retry-After", "last row"],
)
def test_a_row_that_pauses_its_task_alone_ends_in_the_end(
    processing: BulkOperationTask,
    failing: Callable[..., Counter[str]],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    number: str,
    waits: list[int],
) -> None:
    """A proxy may name a wait for every failure; and after the last row there is no other to tell its trouble by."""
    monkeypatch.setattr(random, "uniform", lambda _least, most: most)
    failing(error, number)
    waited = []
    while (following := work_until_it_waits(processing)).is_needed:
        waited.append(round(following.seconds))
        wake(processing)

    assert waited == waits
    assert statuses(processing) == {"succeeded": 11, "failed": 1}


def test_a_task_of_one_row_goes_on_when_its_trouble_is_over(
    submit: Run, failing: Callable[..., Counter[str]], courses_in_memory: FakeDiscovery
) -> None:
    task = submit(csv_of(good_row("L0")))
    calls = failing(UNAVAILABLE)
    for pauses_so_far in (1, 2, 3, 4):
        assert work_until_it_waits(task).seconds > 0
        assert (statuses(task), task.pauses) == ({"pending": 1}, pauses_so_far)
        wake(task)
    assert calls == {"L0": 12}

    failing(UNAVAILABLE, "nobody")

    assert not work_until_it_waits(task).is_needed
    assert courses_in_memory.writes == ["create_course"]


def test_a_task_of_one_row_ends_if_discovery_answers_everything_else(
    submit: Run, failing: Callable[..., Counter[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = submit(csv_of(good_row("L0"))), submit(csv_of(good_row("L1")))
    failing(UNAVAILABLE)
    work_until_it_waits(second)
    for _round in range(7):  # the other task waits as well: it may be an outage
        assert work_until_it_waits(first).is_needed
        wake(first)
    service.cancel(second)
    work_until_it_waits(second)
    with monkeypatch.context() as patched:
        patched.setattr(DiscoveryClient, "count_courses", raise_unavailable)
        assert work_until_it_waits(first).is_needed
    wake(first)

    assert not work_until_it_waits(first).is_needed
    assert statuses(first) == {"failed": 1}


def raise_unavailable(client: DiscoveryClient) -> int:
    raise UNAVAILABLE


def test_where_nobody_listens_one_row_is_enough_for_a_pause(
    processing: BulkOperationTask, failing: Callable[..., Counter[str]]
) -> None:
    calls = failing(Unreachable("no connection"))

    assert work_until_it_waits(processing).seconds > 0

    assert (calls, statuses(processing)) == ({"L0": 3}, {"pending": 12})


@pytest.mark.parametrize(
    ("status", "retry_after", "most_pauses"),
    [(500, None, 0), pytest.param(503, None, 0, marks=pytest.mark.long), (503, 7.0, 2)],
)
def test_a_course_that_discovery_cannot_show_does_not_hold_up_the_others(
    processing: BulkOperationTask,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    retry_after: float | None,
    most_pauses: int,
) -> None:
    original = DiscoveryClient.get_courses

    def show(client: DiscoveryClient, keys: Any) -> Any:
        if "edX+L5" in keys:
            raise Transient(f"server error {status}", status=status, retry_after=retry_after)
        return original(client, keys)

    monkeypatch.setattr(DiscoveryClient, "get_courses", show)

    for _pause in range(most_pauses):
        work_until_it_waits(processing)
        wake(processing)
    assert not work_until_it_waits(processing).is_needed

    bad = processing.rows.get(line=7)
    assert (bad.status, [found["code"] for found in bad.problems]) == ("failed", ["DISCOVERY_UNAVAILABLE"])
    assert statuses(processing) == {"failed": 1, "succeeded": 11}
    assert processing.pauses == min(most_pauses, 1)  # counted anew after each row that got through


@pytest.mark.parametrize("status", [500, 503])
def test_discovery_that_shows_no_course_at_all_is_waited_for(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    reads = []

    def show(client: DiscoveryClient, keys: Any) -> Any:
        reads.append(keys)
        raise Transient("no", status=status)

    monkeypatch.setattr(DiscoveryClient, "get_courses", show)

    assert work_until_it_waits(processing).seconds > 0

    assert statuses(processing) == {"pending": 12}
    assert len(reads) == 20  # shares of four courses, each read whole, in halves, and one by one; of five rows


@pytest.mark.parametrize("status", [500, 503])
def test_a_preview_says_which_course_cannot_be_shown_and_shows_the_others(
    submit: Run, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    original, reads = DiscoveryClient.get_courses, []

    def show(client: DiscoveryClient, keys: Any) -> Any:
        reads.append(keys)
        if "edX+L0" in keys:
            raise Transient(f"server error {status}", status=status)
        return original(client, keys)

    monkeypatch.setattr(DiscoveryClient, "get_courses", show)
    task = submit(ROWS, dry_run=True)

    assert not work_until_it_waits(task).is_needed

    assert (task.status, statuses(task)) == ("validated", {"pending": 11, "failed": 1})
    assert [found["code"] for found in task.rows.get(line=2).problems] == ["DISCOVERY_UNAVAILABLE"]
    assert len(reads) < 12


def test_a_preview_waits_for_discovery_that_shows_no_course_at_all(
    submit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, reads = submit(ROWS, dry_run=True), []

    def show(client: DiscoveryClient, keys: Any) -> Any:
        reads.append(keys)
        raise Transient("server error 503", status=503)

    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "get_courses", show)
        assert work_until_it_waits(task).seconds > 0
    assert (statuses(task), len(reads) < 12) == ({"pending": 12}, True)
    wake(task)

    assert not work_until_it_waits(task).is_needed
    assert (task.status, statuses(task)) == ("validated", {"pending": 12})
