"""The broker: it forgets, falls silent, delivers twice or not at all, and takes what strangers put into it.

Jobs are doorbells: whatever becomes of them, the database says what is to be done, and every effect comes once.
"""

from __future__ import annotations

import base64
import itertools
import json
import pickle
import re
import signal
import time
import uuid
from pathlib import Path

import pytest
from celery import Celery

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationLane
from sandbox.discovery.models import Course
from sandbox.faults.answers import too_many
from tests.faults.rig.faults import of_row
from tests.faults.rig.results import attempts
from tests.faults.rig.samples import course_create, course_update

QUEUED = 8
ROWS = 16
DUPLICATES = 5
BOUND_SECONDS = 40.0  # from the fault to the end: seconds of waiting, and the work itself on a busy machine
OUTAGE_SECONDS = 6.0
LONG_OUTAGE_SECONDS = 60.0
NO_OP_SECONDS = 0.05
# A message that is not acknowledged for a second goes to somebody else, and that is looked for every second.
IMPATIENT = {
    "broker_transport_options": {
        "visibility_timeout": 1,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
    }
}
OTHER_APP = """
from celery import Celery

app = Celery("other", broker="{url}")
app.conf.update(task_default_queue="other", broker_transport_options={options})
"""


def waiting(site, queue="celery"):
    """How many jobs wait at the broker."""
    with site.broker.client() as connection:
        return connection.llen(queue)


def unacknowledged(site):
    """The jobs for tasks that a worker has taken and not acknowledged."""
    with site.broker.client() as connection:
        return [message for message in connection.hvals("unacked") if b"run_task" in message]


def receipts(worker, celery_id):
    """How often a worker was given the job of this id."""
    return worker.output().count(f"run_task[{celery_id}] received")


def redelivered(worker):
    """Ids of the jobs that a worker was given more than once."""
    ids = re.findall(r"run_task\[([^]]+)\] received", worker.output())
    return {found for found in ids if ids.count(found) > 1}


def job_seconds(worker):
    """How long the jobs took that a worker has ended, one after another."""
    return [float(found) for found in re.findall(r"run_task\[[^]]+\] succeeded in ([0-9.e-]+)s", worker.output())]


def health(site):
    return site.rest("staff").send("GET", "health/")


# --- what was queued is lost


@pytest.mark.parametrize("loss", ["restart", pytest.param("flush", marks=pytest.mark.slow)])
def test_32_34_everything_queued_is_lost(site, loss):
    """The broker restarts without memory (32), or is emptied (34), in the middle of a run with more waiting."""
    gate = site.faults.gate("PATCH", at="before")
    worker = site.start_worker()
    pks = [site.upload(course_update(1, first=number)) for number in range(QUEUED)]
    gate.wait_held()
    assert waiting(site) >= QUEUED - 2

    getattr(site.broker, loss)()
    gate.open()

    assert site.finish(*pks, seconds=60).status == "completed"
    assert worker.is_running
    assert [attempts(site, pk) for pk in pks] == [[1]] * QUEUED


def test_38_a_job_is_lost_on_its_way_to_the_worker(site):
    """Between being taken from the queue and being noted as taken, a job is nowhere."""
    pk = site.upload(course_create(1))
    with site.broker.client() as connection:
        assert connection.rpop("celery")
    assert waiting(site) == 0

    site.start_worker()

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"


# --- the broker goes away under a worker


@pytest.mark.parametrize("is_late", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["early", "late"])
def test_33_restart_during_a_slice(start_site, is_late):
    """Nothing is done again, also where a host forces late acknowledgement and the job is delivered once more."""
    site = start_site(is_durable=True)
    gate = site.faults.gate("POST", at="before", request_id=of_row(3))
    worker = site.start_worker(concurrency=2, is_late=is_late, celery=IMPATIENT)
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()

    site.broker.restart()
    time.sleep(1)
    assert not gate.held[1:]
    gate.open()

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    done = site.acts(pk)
    if is_late:
        site.start_worker(is_late=is_late, celery=IMPATIENT)
    site.wait(lambda: not unacknowledged(site) and not waiting(site), "every job to be over")
    assert site.acts(pk) == done
    assert attempts(site, pk) == [1, 1, 1]
    assert worker.is_running


def test_33_the_worker_goes_on_sweeping(site):
    """A worker that lost its connection once is still the one who finds what stands still."""
    worker = site.start_worker()
    site.broker.restart()
    pk = site.upload(course_create(1))
    site.finish(pk, seconds=BOUND_SECONDS)
    site.broker.restart()

    with site.broker.client() as connection:
        pk = site.upload(course_create(1, "LOST"))
        connection.delete("celery")

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert worker.is_running


@pytest.mark.slow
def test_33b_the_workers_main_process_ends_with_the_broker(start_site):
    """As one version of Celery does when a job is acknowledged late; somebody starts a worker again."""
    site = start_site(is_durable=True)
    gate = site.faults.gate("POST", at="before", request_id=of_row(3))
    worker = site.start_worker(concurrency=2, is_late=True, celery=IMPATIENT)
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()

    site.broker.restart()
    worker.kill_main()
    site.wait(lambda: not worker.is_running, "the main process to be gone")
    site.start_worker(concurrency=2)
    gate.open()

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert [site.acts(pk, line)[0] for line in (2, 3, 4)] == [f"create course edX+NEW{n}" for n in range(3)]


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [OUTAGE_SECONDS, LONG_OUTAGE_SECONDS], ids=["short", "long"])
def test_35_the_broker_is_out_for_a_while(start_site, seconds):
    """Slices that run go on, uploads are taken, and when it is back nobody has to do anything."""
    site = start_site(SLICE_SECONDS=5)
    site.faults.add(method="POST", delay_before=0.4, times=None)
    worker = site.start_worker()
    running = site.upload(course_create(ROWS, calls=1))
    site.wait(lambda: site.statuses(running).get("succeeded"), "a row to be done")
    before = site.statuses(running)["succeeded"]

    site.broker.kill()
    fallen = time.monotonic()
    site.wait(lambda: site.statuses(running)["succeeded"] > before + 1, "the slice to go on")
    accepted = site.upload(course_update(1))
    site.wait(
        lambda: not site.objects(BulkOperationLane).exclude(lease_owner="").exists(), "the slice to end softly", 20
    )
    time.sleep(max(0.0, seconds - (time.monotonic() - fallen)))
    assert site.statuses(running)["pending"] > 0
    site.broker.start()

    site.finish(running, accepted, seconds=60)
    assert [site.task(pk).status for pk in (running, accepted)] == ["completed"] * 2
    assert attempts(site, running) == [1] * ROWS
    assert worker.is_running


# --- jobs that come more than once


def test_36_delivered_again_after_the_end(site):
    """A job for a task that has ended changes nothing, and soon."""
    worker = site.start_worker()
    pk = site.upload(course_create(2))
    site.finish(pk)
    site.wait(lambda: waiting(site) == 0 and job_seconds(worker), "its jobs to end")
    before = (site.task(pk).epoch, site.task(pk).modified, [row.modified for row in site.rows(pk)], site.acts(pk))
    ended = len(job_seconds(worker))

    site.ring(pk, times=DUPLICATES)

    site.wait(lambda: len(job_seconds(worker)) >= ended + DUPLICATES, "the duplicates to end")
    after = (site.task(pk).epoch, site.task(pk).modified, [row.modified for row in site.rows(pk)], site.acts(pk))
    assert after == before
    assert min(job_seconds(worker)[ended:]) < NO_OP_SECONDS


@pytest.mark.parametrize("on_error", ["continue", pytest.param("stop", marks=pytest.mark.slow)])
def test_37_delivered_several_times_at_once(site, on_error):
    """Two workers, more jobs than lanes: each row has one owner; a task that must stop exactly has one at all."""
    site.faults.add(method="POST", delay_before=0.2, times=None)
    pk = site.upload(course_create(6), on_error=on_error)
    site.ring(pk, times=DUPLICATES)
    for _worker in range(2):
        site.start_worker(concurrency=2, wait=False)
    site.wait(lambda: site.statuses(pk).get("running"), "rows to be begun")
    site.ring(pk, times=DUPLICATES)

    assert site.finish(pk).status == "completed"
    assert attempts(site, pk) == [1] * 6
    if on_error == "stop":
        times = [(row.started_at, row.finished_at) for row in site.rows(pk)]
        assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(times))


@pytest.mark.slow
def test_37_delivered_again_while_it_is_worked_on(site):
    """A host forces late acknowledgement, and the job outlives the time after which it goes to another worker."""
    gate = site.faults.gate("POST", at="before", request_id=of_row(3))
    site.start_worker(is_late=True, celery=IMPATIENT)
    pk = site.upload(course_create(4, calls=1), on_error="stop")
    gate.wait_held()
    time.sleep(1.5)

    second = site.start_worker(is_late=True, celery=IMPATIENT)
    site.wait(lambda: receipts(second, site.task(pk).task_id), "the second delivery")
    assert site.row(pk, 4).status == RowStatus.PENDING
    gate.open()

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert attempts(site, pk) == [1] * 4


@pytest.mark.slow
def test_41_another_app_on_the_broker_is_impatient(site):
    """Its shorter patience rules for all: a job of ours that is to wait is delivered while it still waits."""
    app = Path(site.folder / "other_app.py")
    app.write_text(OTHER_APP.format(url=site.broker.url, options=IMPATIENT["broker_transport_options"]))
    other = ("-m", "celery", f"--workdir={site.folder}", "--app=other_app", "worker", "--concurrency=1")
    site.await_worker(site.processes.python("other", *other, "--hostname=other@rig", "--loglevel=INFO"))
    site.faults.add(too_many(4), "POST", times=1)
    worker = site.start_worker()

    pk = site.upload(course_create(2))

    site.wait(lambda: redelivered(worker), "a job to come twice")
    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert attempts(site, pk) == [2, 1]


# --- a worker that is connected and takes nothing


@pytest.mark.slow
def test_39_a_worker_holds_its_connection_and_does_nothing(site):
    """Its main process stands still. Health says that work does, and another worker goes on with it."""
    frozen = site.start_worker()
    frozen.send(signal.SIGSTOP)
    pk = site.upload(course_create(1))
    assert health(site).status_code == 200

    site.wait(lambda: health(site).status_code == 503, "health to notice", 30)
    told = health(site).json()
    assert told["stalled"] == 1
    assert told["oldest_queued_seconds"] > told["limit_seconds"] - 1

    site.start_worker()
    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert health(site).status_code == 200
    done = site.acts(pk)
    frozen.send(signal.SIGCONT)
    site.ring(pk, times=DUPLICATES)
    site.wait(lambda: "run_task[" in frozen.output(), "the worker to take jobs again")
    assert site.acts(pk) == done


# --- what strangers put into the broker


def envelope(body, content_type, task):
    """A message as the broker keeps it, with anything in it."""
    headers = {"lang": "py", "task": task, "id": str(uuid.uuid4()), "root_id": None, "parent_id": None, "group": None}
    properties = {
        "correlation_id": headers["id"],
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": "celery"},
        "priority": 0,
        "body_encoding": "base64",
        "delivery_tag": str(uuid.uuid4()),
    }
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-encoding": "binary",
            "content-type": content_type,
            "headers": headers,
            "properties": properties,
        }
    )


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return (Path.touch, (self.file,))


def test_40_forged_jobs(site):
    """Ids that nobody has, ids that are none, other formats, other names: no effect, and none of it comes again."""
    site.start_worker()
    done = site.upload(course_create(1, "DONE"))
    site.finish(done)
    known, effects = site.objects(Course).count(), len(site.effects())
    mark = site.folder / "unpickled"
    with Celery(broker=site.broker.url) as app:
        job = "course_discovery_bulk.run_task"
        for arguments in ([987654], [-1], [10**30], ["1 OR 1=1"], [{"pk": done}], [None], [], [done, done], [True]):
            app.send_task(job, args=arguments)
        app.send_task(job, kwargs={"task_pk": done, "user": "staff"})
        app.send_task("course_discovery_bulk.become_staff", args=[1])
    with site.broker.client() as connection:
        pickled = pickle.dumps(([Bomb(mark)], {}, {}))
        connection.lpush("celery", envelope(pickled, "application/x-python-serialize", job))
        connection.lpush("celery", envelope(b"{", "application/json", job))

    pk = site.upload(course_create(1, "AFTER"))

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    site.wait(lambda: waiting(site) == 0 and not unacknowledged(site), "the forged jobs to be gone, for good")
    assert not mark.exists()
    assert site.objects(Course).count() == known + 1
    assert len(site.effects()) == effects + len(site.effects(pk))
    assert site.task(done).status == "completed"
