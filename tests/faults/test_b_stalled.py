"""Section B: workers of other versions, workers that stand still, clocks, and files that are large."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationLane
from tests.faults.rig.failpoints import STOP, TOUCH, Failpoint
from tests.faults.rig.faults import of_row
from tests.faults.rig.results import attempts, made_once
from tests.faults.rig.samples import (
    course_create,
    course_rerun,
)

CLIENT = "course_discovery_bulk.discovery.client.DiscoveryClient."
CLAIM = "course_discovery_bulk.workers.claiming.claim"
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
AHEAD_SECONDS = 120


# --- workers of other versions


@pytest.mark.slow
def test_26_worker_that_does_not_know_the_job(site):
    """It throws the job away, as Celery does; the task is found again by the sweep of one that knows it."""
    arguments = ("-m", "celery", f"--broker={site.broker.url}", "worker", "--pool=solo", "--loglevel=INFO")
    stranger = site.processes.python("stranger", *arguments, "--without-gossip", "--without-mingle")
    site.await_worker(stranger)
    pk = site.upload(course_create(1, calls=1))
    site.wait(lambda: "unregistered task" in stranger.output(), "the job to be thrown away", 30)
    stranger.kill()
    with site.broker.client() as connection:
        assert connection.llen("celery") == 0

    site.start_worker()

    assert site.finish(pk).status == "completed"


# --- workers that stand still, and clocks


def test_27_worker_that_stood_still_for_longer_than_its_lease(http_site):
    """It wakes up with an answer in hand when another has done everything: it writes nothing and sends nothing."""
    site = http_site
    gate = site.faults.gate("POST", "/course_runs/$", at="after", request_id=of_row(3))
    first = site.start_worker()
    pk = site.upload(course_rerun(4))
    gate.wait_held()
    first.freeze()
    gate.open()
    site.start_worker()
    assert site.finish(pk).status == "completed"
    calls, rows, task = len(site.faults.writes()), _written(site, pk), site.task(pk).modified

    first.thaw()
    site.wait(lambda: "lease lost" in first.output(), "the first worker to notice", 30)

    assert (len(site.faults.writes()), _written(site, pk), site.task(pk).modified) == (calls, rows, task)
    assert [len(site.run_keys(f"edX+RIG{number}")) for number in range(4)] == [2, 2, 2, 2]
    assert attempts(site, pk) == [1, 2, 1, 1]


def _written(site, pk):
    return [(row.line, row.modified, row.epoch, row.status, row.steps) for row in site.rows(pk)]


def test_28_worker_that_stood_still_between_the_check_and_the_call(site):
    """The one gap that nobody can close: the call that was about to be sent is sent late, and makes a second run.

    Nothing else is: its row keeps what the other worker wrote, and says that this happened.
    """
    first = site.start_worker(failpoints=[Failpoint(name="stop", target=CLIENT + "create_run", action=STOP, line=3)])
    pk = site.upload(course_rerun(3))
    site.wait(lambda: site.reached("stop"), "the worker to stand still")
    site.start_worker()
    assert site.finish(pk).status == "completed"
    assert site.row(pk, 3).object_key == "course-v1:edX+RIG1+3T2028"

    first.thaw()
    site.wait(lambda: "CALLED_TWICE" in site.codes(pk, 3), "the row to say so", 30)

    assert site.acts(pk, 3) == [
        "create course_run course-v1:edX+RIG1+3T2028",
        "create course_run course-v1:edX+RIG1+3T2028a",
    ]
    row = site.row(pk, 3)
    assert (row.status, row.object_key) == ("succeeded", "course-v1:edX+RIG1+3T2028")
    assert [len(site.run_keys(f"edX+RIG{number}")) for number in range(3)] == [2, 3, 2]
    site.excuse("I4", "the gap between the last check and the call cannot be closed without the server's help")


@pytest.mark.skipif(not FAKETIME, reason="needs libfaketime")
def test_29_worker_whose_clock_is_two_minutes_ahead(mariadb_site):
    """A lease runs by the database's clock: to take a lane early, it does not help to think that it is later."""
    site = mariadb_site
    gate = site.faults.gate("POST", at="after", request_id=of_row(2))
    site.start_worker()
    pk = site.upload(course_create(1, calls=1))
    gate.wait_held()
    row = site.row(pk, 2)
    ahead = {"LD_PRELOAD": str(FAKETIME[0]), "FAKETIME": f"+{AHEAD_SECONDS}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    assert _clock_of_a_process(site, ahead) > time.time() + AHEAD_SECONDS / 2

    site.start_worker(environment=ahead, failpoints=[Failpoint(name="claim", target=CLAIM, action=TOUCH)])
    site.ring(pk, times=3)
    site.wait(lambda: site.reached("claim") >= 3, "the other worker to try")

    now = site.row(pk, 2)
    assert (now.status, now.epoch, now.modified) == (RowStatus.RUNNING, row.epoch, row.modified)
    gate.open()
    assert site.finish(pk).status == "completed"
    assert site.acts(pk) == made_once(0)
    assert attempts(site, pk) == [1]


def _clock_of_a_process(site, environment):
    clock = site.processes.python("clock", "-c", "import time; print(time.time())", environment=environment)
    clock.finish(30)
    return float(clock.output())


@pytest.mark.slow
def test_30_four_sweeps_at_once(start_site):
    """Each task that stands still is rung for once."""
    site = start_site(SWEEP_SECONDS=60)
    pks = [site.upload(course_create(1, name, calls=1), user=name) for name in ("editor", "staff")]
    site.broker.flush()
    site.objects(BulkOperationLane).update(next_ring_at=timezone.now() - timedelta(seconds=1))

    sweeps = [_begin_sweep(site) for _ in range(4)]
    for sweep in sweeps:
        sweep.finish(60)

    with site.broker.client() as connection:
        assert connection.llen("celery") == len(pks)
    site.start_worker()
    site.finish(*pks)
    assert [attempts(site, pk) for pk in pks] == [[1], [1]]


def _begin_sweep(site):
    command = ("manage.py", "bulk_operations_sweep", "--skip-checks")
    return site.processes.python("sweep", *command, environment=site._bulk_environment(None))


# --- large files


@pytest.mark.slow
def test_31_memory_stays_flat(start_site):
    """Rows are read, checked and written a page at a time: ten times the rows of a page need no more memory."""
    count = 800
    site = start_site(READ_CHUNK_ROWS=50, STATE_BATCH=25, LANES=1)
    worker = site.start_worker()
    pk = site.upload(course_create(count, calls=1))
    used = []

    while not site.task(pk).is_final:
        done = site.statuses(pk).get("succeeded", 0)
        used.append((done, worker.memory()))
        time.sleep(1)

    assert site.statuses(pk) == {"succeeded": count}
    warm = [memory for done, memory in used if count * 0.2 < done < count * 0.4]
    late = [memory for done, memory in used if done > count * 0.8]
    assert min(late) < max(warm) + 8 * 1024 * 1024
