"""Section B: workers and their jobs end at every point there is. Each row is done, once, and soon."""

from __future__ import annotations

import signal

import psutil
import pytest

from tests.faults.rig.failpoints import Failpoint
from tests.faults.rig.faults import of_row
from tests.faults.rig.results import attempts, made_once
from tests.faults.rig.samples import (
    course_create,
    course_editor_update,
    course_rerun,
    course_run_update,
    course_update,
)
from tests.faults.rig.waiting import allowed

CLIENT = "course_discovery_bulk.discovery.client.DiscoveryClient."
CREATE = CLIENT + "create_course"
CLAIM = "course_discovery_bulk.workers.claiming.claim"
OUTCOME = "course_discovery_bulk.pipeline.record.record_outcome"
END = "course_discovery_bulk.workers.finishing._end"
RING_NEXT = "course_discovery_bulk.workers.finishing._ring_those_who_waited"


# --- kill -9 of the process that works


@pytest.mark.parametrize("moment", [pytest.param("before", marks=pytest.mark.slow), "after"])
def test_11_12_killed_around_the_claim(site, moment):
    """Before: the job is lost with the worker that had taken it. After: nobody may go on until the lease is over."""
    kill = Failpoint(name="kill", target=CLAIM, moment=moment)
    site.start_worker(failpoints=[kill])

    pk = site.upload(course_create(2, calls=1))

    assert site.finish(pk).status == "completed"
    assert site.reached("kill") > 1
    assert sorted(site.acts(pk)) == sorted(made_once(0, 1))
    assert attempts(site, pk) == [1, 1]


def test_13_killed_with_a_call_announced_and_not_sent(site):
    """Its step says `sending`; discovery shows no trace of it, so it is sent now."""
    site.start_worker(failpoints=[Failpoint(name="kill", target=CREATE, line=3)])

    pk = site.upload(course_create(3, calls=1))

    assert site.finish(pk).status == "completed"
    assert len(site.faults.writes("POST", request_id=of_row(3))) == 1
    assert site.acts(pk, 3) == made_once(1)
    assert attempts(site, pk) == [1, 2, 1]


def test_14_killed_while_discovery_works_on_the_call(http_site):
    """Discovery finishes what it has begun. Nothing names a run before it is made: it is the one that was not there."""
    site = http_site
    gate = site.faults.gate("POST", "/course_runs/$", at="before", request_id=of_row(3))
    worker = site.start_worker()
    pk = site.upload(course_rerun(3))
    gate.wait_held()

    worker.kill_children()  # the worker goes on with another child
    gate.open()

    assert site.finish(pk).status == "completed"
    assert [len(site.run_keys(f"edX+RIG{number}")) for number in range(3)] == [2, 2, 2]
    assert len(site.faults.writes("POST", request_id=of_row(3))) == 1
    assert "RECOVERED" in site.codes(pk, 3)


def test_15_killed_after_each_kind_of_call_and_before_its_result_was_noted(start_site):
    """What each call did is found in discovery, and taken for done."""
    site = start_site(ACTIVE_TASKS_PER_USER=6)
    samples = {
        "create_course": course_create(1, calls=1),
        "update_course": course_update(1, first=0),
        "update_run": course_run_update(1, first=1),
        "create_run": course_rerun(1, first=2),
        "add_editor": course_editor_update(1, first=3),
        "remove_editor": course_editor_update(1, first=4, user="editor@example.org", action="remove"),
    }
    kills = [Failpoint(name=call, target=CLIENT + call, moment="after") for call in samples]
    site.start_worker(concurrency=2, failpoints=kills)

    pks = {call: site.upload(sample, user="staff") for call, sample in samples.items()}
    site.finish(*pks.values())

    assert {call: site.acts(pk) for call, pk in pks.items()} == {
        "create_course": made_once(0),
        "update_course": ["update course edX+RIG0"],
        "update_run": ["update course_run course-v1:edX+RIG1+3T2027"],
        "create_run": ["create course_run course-v1:edX+RIG2+3T2028"],
        "add_editor": ["add course_editor edX+RIG3"],
        "remove_editor": ["remove course_editor edX+RIG4"],
    }
    told = {call: (site.row(pk, 2).status, site.row(pk, 2).crashes, site.codes(pk, 2)) for call, pk in pks.items()}
    assert told == dict.fromkeys(samples, ("succeeded", 1, ["RECOVERED"]))


@pytest.mark.slow
def test_16_killed_after_a_row_was_noted_and_before_the_next(site):
    site.start_worker(failpoints=[Failpoint(name="kill", target=OUTCOME, moment="after", line=3)])

    pk = site.upload(course_create(4, calls=1))

    assert site.finish(pk).status == "completed"
    assert site.reached("kill") == 1
    assert site.acts(pk, 3) == made_once(1)
    assert attempts(site, pk) == [1, 1, 1, 1]
    assert [row.crashes for row in site.rows(pk)] == [0, 0, 0, 0]


def test_17_killed_around_the_end(start_site):
    """Before the end is written, and after it but before the person's next file, that waits for it, is rung for."""
    site = start_site(ACTIVE_TASKS_PER_USER=1)
    kills = [Failpoint(name="before", target=END), Failpoint(name="after", target=RING_NEXT)]
    site.start_worker(failpoints=kills)

    first = site.upload(course_create(3, "A", calls=1))
    second = site.upload(course_create(2, "B", calls=1))
    site.finish(first, second)

    assert (site.reached("before"), site.reached("after")) == (3, 2)
    for pk, count in ((first, 3), (second, 2)):
        task = site.task(pk)
        assert (task.status, task.total_count, task.succeeded_count) == ("completed", count, count)
        assert task.task_summary["summary"]["success_count"] == count
        assert attempts(site, pk) == [1] * count


def test_18_whole_worker_killed(site):
    """Only the parent is killed: its children end with it, and another worker goes on."""
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    first = site.start_worker()
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()
    children = first.children()

    first.kill_main()

    site.wait(lambda: not any(_is_alive(pid) for pid in children), "the children to end", 10)
    gate.open()
    site.start_worker()
    assert site.finish(pk).status == "completed"
    assert site.acts(pk, 3) == made_once(1)
    assert "RECOVERED" in site.codes(pk, 3)


def _is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_19_row_that_kills_every_worker(start_site):
    """It is given up after three of them, the others are done, and there is no storm of jobs."""
    site = start_site(LEASE_SECONDS=2, LOST_CLAIMS=3)
    worker = site.start_worker(failpoints=[Failpoint(name="poison", target=CREATE, line=4, times=None)])

    pk = site.upload(course_create(5, calls=1))

    assert site.finish(pk).status == "partially_completed"
    assert site.statuses(pk) == {"succeeded": 4, "unknown": 1}
    assert (site.row(pk, 4).status, site.codes(pk, 4)) == ("unknown", ["WORKER_LOST"])
    assert site.reached("poison") == 3
    assert site.effects(pk, 4) == []
    assert worker.output().count("run_task[") < 60


# --- ends that a job notices


def test_21_soft_time_limit_in_the_middle_of_a_row(start_site):
    """No verdict on the row, and its lane is free at once: the next job need not wait for the lease to be over."""
    limit = round(allowed(6))  # well above QUIET_SECONDS, which a job waits for before it reads back
    site = start_site(transport="http", LEASE_SECONDS=600, READ_SECONDS=60, SOFT_TIME_LIMIT=limit)
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    site.start_worker()
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()

    assert site.finish(pk).status == "completed"
    assert site.acts(pk, 3) == made_once(1)
    assert "RECOVERED" in site.codes(pk, 3)
    assert attempts(site, pk) == [1, 2, 1]


@pytest.mark.slow
def test_22_hard_time_limit(start_site):
    """The job is killed and its message is gone: the sweep rings for it."""
    site = start_site(SOFT_TIME_LIMIT=0, TIME_LIMIT=8)
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    worker = site.start_worker()
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()

    site.wait(lambda: "Hard time limit" in worker.output(), "the limit", 30)
    gate.open()

    assert site.finish(pk).status == "completed"
    assert site.acts(pk, 3) == made_once(1)
    assert "RECOVERED" in site.codes(pk, 3)


def test_23_deployment(start_site):
    """SIGTERM: the slice ends, nothing is left half done, and the next worker goes on by the job that is there."""
    site = start_site(SLICE_SECONDS=1, LEASE_SECONDS=60, SWEEP_SECONDS=60)
    slow = site.faults.add(method="POST", delay_before=0.4, times=None)
    first = site.start_worker()
    pk = site.upload(course_create(10, calls=1))
    slow.wait_used()

    first.terminate()

    site.wait(lambda: first.exit_code is not None, "the worker to end", 30)
    assert first.exit_code == 0
    left = site.statuses(pk)
    assert left.get("pending") and "running" not in left
    slow.remove()
    site.start_worker()
    assert site.finish(pk, seconds=30).status == "completed"
    assert attempts(site, pk) == [1] * 10


@pytest.mark.parametrize("grace", [0, pytest.param(3, marks=pytest.mark.slow)])
def test_24_cold_and_soft_shutdown(start_site, grace):
    """SIGTERM that means SIGQUIT: the job lets its lane go and rings, so another worker goes on long before the lease
    would have been over.
    """
    site = start_site(LEASE_SECONDS=60, SWEEP_SECONDS=60)
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    first = site.start_worker(
        environment={"REMAP_SIGTERM": "SIGQUIT"}, celery={"worker_soft_shutdown_timeout": float(grace)}
    )
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()
    second = site.start_worker()

    first.send(signal.SIGTERM)
    site.wait(lambda: first.exit_code is not None, "the first worker to end", grace + 20)
    gate.open()

    assert site.finish(pk, seconds=20).status == "completed"
    assert site.acts(pk, 3) == made_once(1)
    assert (site.row(pk, 3).attempts, "RECOVERED" in site.codes(pk, 3)) == (2, True)
    assert second.is_running
