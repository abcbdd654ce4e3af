"""The parts of the rig do what their names say: connections are cut, servers come back, workers stop where told.

And the invariants can fail: each is broken on purpose, and must say so.
"""

from __future__ import annotations

import json
import time

import pytest
import requests

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from sandbox.demo.processes import is_listening
from sandbox.discovery.models import ChangeLog, Course
from sandbox.discovery.tokens import issue_token
from sandbox.faults import answers, ledger
from tests.faults.rig.failpoints import EXIT, RAISE, STOP, WAIT, Failpoint
from tests.faults.rig.faults import of_row
from tests.faults.rig.invariants import check_invariants
from tests.faults.rig.prepare import COURSES
from tests.faults.rig.processes import is_gone
from tests.faults.rig.samples import (
    TEXTS,
    course_create,
    course_editor_update,
    course_rerun,
    course_run_update,
    course_update,
    course_update_of,
)

pytestmark = pytest.mark.slow

RECORD = "course_discovery_bulk.pipeline.record.record_outcome"
CREATE = "course_discovery_bulk.discovery.client.DiscoveryClient.create_course"
RIG0 = "courses/edX+RIG0/?editable=1"


# --- what only a web server can do


def test_answers_that_do_not_arrive_whole(site):
    whole = site.call_discovery("GET", RIG0).content

    site.faults.drop("PATCH", after_effect=True)
    with pytest.raises(requests.ConnectionError):
        site.call_discovery("PATCH", RIG0, json={"title": "Changed"})
    assert site.course("edX+RIG0").title == "Changed"

    site.faults.drop("PATCH", after_effect=False)
    with pytest.raises(requests.ConnectionError):
        site.call_discovery("PATCH", RIG0, json={"title": "Never"})
    assert site.course("edX+RIG0").title == "Changed"

    site.faults.add(answers.TRUNCATED, "GET")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        site.call_discovery("GET", RIG0)

    site.faults.add(answers.BROKEN_JSON, "GET")
    half = site.call_discovery("GET", RIG0)
    assert 0 < len(half.content) < len(whole)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        half.json()


def test_answers_that_never_end(site):
    address = f"{site.url}/api/v1/{RIG0}"
    headers = {"Authorization": f"JWT {issue_token('staff')}"}

    site.faults.add(answers.DRIPPING, "GET")
    with requests.get(address, headers=headers, stream=True, timeout=10) as dripping:
        drops = dripping.iter_content(1)
        started = time.monotonic()
        for _ in range(3):
            next(drops)
        assert time.monotonic() - started > 1.5

    site.faults.add(answers.ENDLESS, "GET")
    with requests.get(address, headers=headers, stream=True, timeout=10) as endless:
        size = 0
        for part in endless.iter_content(1 << 20):
            size += len(part)
            if size > 20 << 20:
                break
    assert size > 20 << 20


# --- broker, database and web server die and come back


def test_a_durable_broker_keeps_what_another_loses(start_site):
    for is_durable in (True, False):
        site = start_site(is_durable=is_durable)
        site.ring(1, times=3)
        site.broker.restart()
        with site.broker.client() as connection:
            assert connection.llen("celery") == (3 if is_durable else 0)


def test_mariadb_dies_refuses_and_comes_back(mariadb_site):
    import MySQLdb

    site = mariadb_site
    assert site.course("edX+RIG0")
    assert site.database.kill_connections() == 1
    assert site.course("edX+RIG0")
    with site.database.read_only():
        with pytest.raises(MySQLdb.OperationalError) as refused:
            _write(site)
        assert refused.value.args[0] == 1290
    site.database.kill()
    assert site.call_discovery("GET", RIG0).status_code == 401
    site.database.start()
    assert site.call_discovery("GET", RIG0).status_code == 200


def _write(site):
    import MySQLdb

    with MySQLdb.connect(unix_socket=str(site.database.socket), user="sandbox", db="sandbox") as connection:
        connection.cursor().execute("UPDATE sandbox_discovery_course SET title = title")


@pytest.mark.parametrize("database", ["sqlite", "mariadb"])
def test_a_lock_holds_up_the_writer(start_site, database):
    site = start_site(database=database)
    statement = "SELECT * FROM sandbox_discovery_course WHERE `key` = 'edX+RIG0' FOR UPDATE"
    with site.database.holding(statement), pytest.raises(requests.Timeout):
        requests.patch(
            f"{site.url}/api/v1/{RIG0}",
            json={"title": "Later"},
            headers={"Authorization": f"JWT {issue_token('staff')}"},
            timeout=1,
        )
    site.wait(lambda: site.course("edX+RIG0").title == "Later", "the writer to get its turn", 15)


def test_servers_come_back_on_their_ports(http_site):
    site = http_site
    before = (site.url, site.discovery_url)
    for process in (site.web, site.discovery):
        process.kill()
    assert not is_listening(int(before[0].rpartition(":")[2]))

    site.start_web()
    site.start_discovery()

    assert (site.url, site.discovery_url) == before
    assert requests.get(f"{before[1]}/api/v1/courses/", timeout=5).status_code == 401


# --- workers stop where they are told


def test_a_worker_kills_itself_once_and_another_goes_on(site):
    """In process, right after a call had its effect: nobody has noted that yet."""
    kill = Failpoint(name="kill", target=CREATE, moment="after", line=3)
    first = site.start_worker(failpoints=[kill])
    pk = site.upload(course_create(3, calls=1))
    site.wait(lambda: site.reached("kill"), "the failpoint")
    first.kill()

    site.start_worker(failpoints=[kill])

    assert site.finish(pk).status == "completed"
    assert site.acts(pk, 3) == ["create course edX+NEW1", "create course_run course-v1:edX+NEW1+3T2027"]
    assert "RECOVERED" in site.codes(pk, 3)


def test_a_worker_freezes_itself_and_is_woken_up(site):
    stop = Failpoint(name="stop", target=RECORD, action=STOP, line=2)
    worker = site.start_worker(failpoints=[stop])
    pk = site.upload(course_create(2, calls=1))
    site.wait(lambda: site.reached("stop"), "the failpoint")
    time.sleep(1)
    assert site.row(pk, 2).status == RowStatus.RUNNING

    worker.thaw()

    assert site.finish(pk).status == "completed"


def test_failpoints_wait_raise_and_skip(site):
    points = [
        Failpoint(name="wait", target=RECORD, action=WAIT, line=2),
        Failpoint(name="raise", target=CREATE, action=RAISE, line=3),
        Failpoint(name="later", target=RECORD, action=EXIT, skip=100),
    ]
    site.start_worker(failpoints=points)
    pk = site.upload(course_create(3, calls=1))
    site.wait(lambda: site.reached("wait"), "the failpoint")
    assert site.row(pk, 2).status == RowStatus.RUNNING

    site.open_failpoint("wait")

    assert site.finish(pk).status == "partially_completed"
    assert site.row(pk, 3).status in {RowStatus.FAILED, RowStatus.UNKNOWN}
    assert site.row(pk, 4).status == RowStatus.SUCCEEDED


def test_a_failpoint_in_the_web_server(site):
    kill = Failpoint(name="kill", target="course_discovery_bulk.tasks.ring")
    site.start_web(failpoints=[kill])

    with pytest.raises(requests.ConnectionError):
        site.rest().upload(course_create(1))

    (task,) = site.objects(BulkOperationTask)
    assert task.status == "pending"
    site.note_upload(task.pk, course_create(1))
    site.start_worker()
    assert site.finish(task.pk).status == "completed"


def test_a_worker_with_late_acknowledgement_keeps_its_message(site):
    gate = site.faults.gate("POST", at="before")
    site.start_worker(is_late=True)
    pk = site.upload(course_create(1))
    gate.wait_held()
    with site.broker.client() as connection:
        assert connection.hlen("unacked") == 1
    gate.open()
    site.finish(pk)


def test_a_frozen_worker_is_ended_all_the_same(site):
    worker = site.start_worker()
    worker.freeze()
    children = worker.children()

    worker.kill()

    assert not worker.is_running
    assert children
    assert all(is_gone(pid) for pid in children)


# --- the samples are good rows


def test_every_sample_succeeds(site):
    site.start_worker(concurrency=2)
    samples = [
        course_create(2),
        course_update(2),
        course_run_update(2, first=2),
        course_rerun(2, first=4),
        course_editor_update(2, first=6),
        course_editor_update(2, first=8, user="editor@example.org", action="remove"),
        course_update_of(COURSES - 1),
    ]

    pks = []
    for sample in samples:
        pks.append(site.upload(sample, user="staff"))
        site.finish(pks[-1])

    assert [site.statuses(pk) for pk in pks] == [{"succeeded": len(sample.rows)} for sample in samples]
    assert len(site.acts(pks[-1])) == len(TEXTS)


# --- the invariants can fail


@pytest.fixture
def done(site):
    """A site on which two rows have succeeded."""
    site.start_worker()
    pk = site.upload(course_create(2, calls=1))
    assert site.finish(pk).status == "completed"
    check_invariants(site)
    return site, pk


def breaks(site, invariant):
    with pytest.raises(AssertionError, match=rf"\n{invariant} "):
        check_invariants(site)
    site.excuse(invariant, "broken on purpose")


def test_each_invariant_notices_what_breaks_it(done):
    site, pk = done
    tasks, rows = site.objects(BulkOperationTask), site.objects(BulkOperationRow).filter(task=pk)
    first = rows.get(line=2)

    site.uploads[0].sample = course_create(3)
    breaks(site, "I1")
    tasks.update(failed_count=1)
    breaks(site, "I2")
    effect = site.effects(pk, 2)[0]
    site.objects(ChangeLog).create(
        verb=effect.verb, object_type=effect.object_type, object_key="edX+TWIN", request_id=effect.request_id
    )
    breaks(site, "I4")
    site.objects(Course).filter(key="edX+NEW1").update(key="edX+GONE")
    breaks(site, "I5")
    rows.filter(line=2).update(status=RowStatus.FAILED)
    breaks(site, "I6")
    breaks(site, "I7")
    rows.filter(line=2).update(epoch=first.epoch - 1)
    breaks(site, "I8")
    tasks.update(status="processing")
    breaks(site, "I3")
    call = site.faults.writes("POST", request_id=of_row(2))[0]
    ledger.append(site.faults.folder, call)
    breaks(site, "I9")
    (site.processes.folder / "worker-9.log").write_text(f"called with {issue_token('staff')}")
    breaks(site, "I11")
    (site.folder / "uploads" / "stray.upload").touch()
    breaks(site, "I12")
    assert json.loads(json.dumps(sorted(site.excused))) == sorted(f"I{n}" for n in range(1, 13) if n != 10)
