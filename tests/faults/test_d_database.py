"""The database: locks, deadlocks, cut connections, lost answers, outages.

Everything runs on a MariaDB server of the test's own.
"""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
import requests

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationTask
from tests.faults.rig.failpoints import WAIT, Failpoint
from tests.faults.rig.faults import of_row
from tests.faults.rig.locks import address, held, wait_for_a_waiter
from tests.faults.rig.prepare import course_key
from tests.faults.rig.results import attempts, claims
from tests.faults.rig.samples import course_create, course_rerun, course_update
from tests.faults.rig.wire import COMMIT, Wire

BOUND_SECONDS = 40.0  # from the end of the fault to the end of the task, on a busy machine
TASK = "course_discovery_bulk_bulkoperationtask"
ROW = "course_discovery_bulk_bulkoperationrow"
LANE = "course_discovery_bulk_bulkoperationlane"
READ = "course_discovery_bulk.pipeline.record_new_rows.record_read_rows"
CHECKED = "course_discovery_bulk.pipeline.record_new_rows.record_checked_rows"
IMPATIENT = "&innodb_lock_wait_timeout=1"


# --- locks


def test_42_deadlocks_while_a_task_is_claimed_read_and_checked(start_site):
    """The server ends our transaction, each time another one; nobody sees anything of it."""
    site = start_site(database="mariadb", SLICE_SECONDS=60, LEASE_SECONDS=15, SWEEP_SECONDS=0)
    points = [Failpoint(name="read", target=READ, action=WAIT), Failpoint(name="check", target=CHECKED, action=WAIT)]
    pk = site.upload(course_create(3, calls=1), on_error="stop")

    with held(site, f"SELECT * FROM {LANE} WHERE task_id = {pk} FOR UPDATE") as run:
        site.start_worker(failpoints=points)
        wait_for_a_waiter(site)
        run(f"UPDATE {TASK} SET modified = NOW() WHERE id = {pk}")
        assert site.database.count("Innodb_deadlocks") == 1
    site.wait(lambda: site.reached("read"), "the reading")
    with held(site, f"SELECT * FROM {TASK} WHERE id = {pk} FOR UPDATE") as run:
        site.open_failpoint("read")
        wait_for_a_waiter(site)
        run(f"SELECT * FROM {ROW} FORCE INDEX (PRIMARY) FOR UPDATE")
        assert site.database.count("Innodb_deadlocks") == 2
    site.wait(lambda: site.reached("check"), "the checking")
    with held(site, f"SELECT * FROM {ROW} WHERE task_id = {pk} AND line = 3 FOR UPDATE") as run:
        site.open_failpoint("check")
        wait_for_a_waiter(site)
        run(f"SELECT * FROM {ROW} WHERE task_id = {pk} AND line = 2 FOR UPDATE")
        assert site.database.count("Innodb_deadlocks") == 3

    assert site.finish(pk).status == "completed"
    assert attempts(site, pk) == [1, 1, 1]
    assert claims(site) == [1]


def test_43_locks_are_held_for_longer_than_a_statement_waits(start_site):
    """The whole transaction is done again, or nothing of it: no claim is half there."""
    site = start_site(database="mariadb", SLICE_SECONDS=60, LEASE_SECONDS=30)
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    pk = site.upload(course_create(3, calls=1), on_error="stop")

    with held(site, f"SELECT * FROM {LANE} WHERE task_id = {pk} FOR UPDATE"):
        site.start_worker(environment=address(site, IMPATIENT))
        _wait_for_waits(site, 2)
    gate.wait_held()
    with held(site, f"SELECT * FROM {ROW} WHERE task_id = {pk} AND line = 3 FOR UPDATE"):
        before = site.database.count("Innodb_row_lock_waits")
        gate.open()
        _wait_for_waits(site, before + 2)
        assert site.row(pk, 3).status == RowStatus.RUNNING

    assert site.finish(pk).status == "completed"
    assert attempts(site, pk) == [1, 1, 1]
    assert claims(site) == [1]
    assert site.task(pk).epoch == 1


def _wait_for_waits(site, count):
    """Each try waits once: where a second one waits, the first was given up."""
    site.wait(lambda: site.database.count("Innodb_row_lock_waits") >= count, "a lock to be waited for again", 30)


# --- connections and answers


def test_44_every_connection_is_cut_during_a_call(mariadb_site):
    """Discovery has done its part: only the result is left to be saved, on another connection."""
    site = mariadb_site
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    site.start_worker()
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()

    assert site.database.kill_connections() >= 1
    gate.open()

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert site.acts(pk, 3) == ["create course edX+NEW1", "create course_run course-v1:edX+NEW1+3T2027"]
    assert attempts(site, pk) == [1, 1, 1]


@pytest.mark.parametrize("is_answer", [True, False], ids=["answer-lost", "never-arrived"])
def test_44_discovery_loses_its_connection_during_a_call(mariadb_site, is_answer):
    """What it had begun is rolled back by the database; the call is made again after looking."""
    site = mariadb_site
    wire = Wire(site.database.socket, site.database.socket.with_name("w"))
    wire.cut("INSERT INTO `sandbox_discovery_courserun`", is_answer=is_answer)
    pk = site.upload(course_create(3, calls=1))

    with wire.running():
        site.start_worker(environment=address(site, socket=wire.place))
        assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
        assert wire.cuts[0].is_used

    assert site.statuses(pk) == {"succeeded": 3}


WRITES = {
    "claim": COMMIT,
    "rows that were read": f"INSERT .*{ROW}",
    "rows that were checked": f"UPDATE `{ROW}` SET `group`",
    "row taken": f"UPDATE `{ROW}` SET .*'running'",
    "step sent": f"UPDATE `{ROW}` SET .*sending",
    "outcome": f"UPDATE `{ROW}` SET .*'succeeded'",
    "end": f"UPDATE `{TASK}` SET .*'completed'",
    "release": f"UPDATE `{LANE}` SET .*`lease_owner` = ''",
}


@pytest.mark.parametrize("is_answer", [True, False], ids=["answer-lost", "never-arrived"])
def test_47_the_connection_breaks_around_a_write(start_site, is_answer):
    """Whether it was committed cannot be told: what stands there is compared before anything else is done."""
    site = start_site(database="mariadb", SLICE_SECONDS=60, LEASE_SECONDS=15)
    wire = Wire(site.database.socket, site.database.socket.with_name("w"))
    for statement in WRITES.values():
        wire.cut(statement, is_answer=is_answer)
    pk = site.upload(course_create(4, calls=1), on_error="stop")

    with wire.running():
        site.start_worker(environment=address(site, socket=wire.place))
        assert site.finish(pk, seconds=60).status == "completed"
        site.wait(lambda: all(cut.is_used for cut in wire.cuts), "every cut to be made")

    assert attempts(site, pk) == [1, 1, 1, 1]
    assert claims(site) == [1]


def test_47_discovery_does_not_learn_that_it_has_committed(mariadb_site):
    """It answers that something went wrong; the run is there, and there must be one."""
    site = mariadb_site
    gate = site.faults.gate("POST", at="before")
    wire = Wire(site.database.socket, site.database.socket.with_name("w"))
    with wire.running():
        site.start_worker(environment=address(site, socket=wire.place))
        pk = site.upload(course_rerun(1))
        gate.wait_held()
        wire.cut(COMMIT, is_answer=True)
        gate.open()
        site.finish(pk, seconds=BOUND_SECONDS)
        assert wire.cuts[0].is_used

    assert site.statuses(pk) == {"succeeded": 1}
    assert len(site.run_keys(course_key(0))) == 2
    assert "RECOVERED" in site.codes(pk, 2)


# --- outages


@pytest.mark.parametrize(
    ("transport", "seconds"),
    [("in_process", 0.5), ("in_process", 6.0), ("http", 6.0)],
    ids=["back-within-the-lease", "back-later", "back-later-http"],
)
def test_45_down_after_the_effect_of_a_call(start_site, transport, seconds):
    """What discovery did is saved once the database is back, or read back by whoever takes over."""
    patient = {"LEASE_SECONDS": 60, "SLICE_SECONDS": 60} if seconds < 1 else {}
    site = start_site(database="mariadb", transport=transport, **patient)
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    site.start_worker()
    pk = site.upload(course_rerun(3))
    gate.wait_held()

    site.database.kill()
    gate.open()
    time.sleep(seconds)
    site.database.start()

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert [len(site.run_keys(course_key(number))) for number in range(3)] == [2, 2, 2]
    assert ("RECOVERED" in site.codes(pk, 3)) == (seconds > 1)
    assert attempts(site, pk) == [1, 1 + (seconds > 1), 1]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_46_read_only_for_a_while(mariadb_site, moment):
    """As in a failover: reads are answered, writes refused, ours and discovery's. No row fails of it."""
    site = mariadb_site
    gate = site.faults.gate("PATCH", at=moment, request_id=of_row(3))
    site.start_worker()
    pk = site.upload(course_update(4))
    gate.wait_held()

    with site.database.read_only():
        gate.open()
        time.sleep(3)
        assert site.statuses(pk).get("failed") is None

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert site.statuses(pk) == {"succeeded": 4}


def test_46_uploads_to_a_read_only_database_leave_nothing(mariadb_site):
    """The upload is refused as a whole, and can simply be sent again."""
    site = mariadb_site
    with site.database.read_only(), suppress(requests.RequestException):
        assert site.rest().upload(course_create(1)).status_code >= 500
    assert not site.objects(BulkOperationTask).exists()
    for left in (site.folder / "uploads").glob("*"):
        left.unlink()  # what nobody names is collected later: tests of retention

    site.start_worker()
    assert site.finish(site.upload(course_create(1))).status == "completed"
