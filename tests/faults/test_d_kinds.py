"""The database: another isolation level, SQLite, a strict server, and an uploader who is gone meanwhile.

Everything but the SQLite scenario runs on a MariaDB server of the test's own.
"""

from __future__ import annotations

import time

import pytest

from course_discovery_bulk.choices import RowStatus
from sandbox.discovery.models import CourseEditor, User
from sandbox.faults.answers import page, says
from tests.faults.rig.failpoints import STOP, Failpoint
from tests.faults.rig.faults import of_row
from tests.faults.rig.prepare import course_key
from tests.faults.rig.results import attempts
from tests.faults.rig.samples import Sample, course_create, course_rerun, course_update

BOUND_SECONDS = 40.0  # from the end of the fault to the end of the task, on a busy machine


# --- a host with another isolation level


@pytest.fixture
def repeatable_site(start_site):
    """Every process of the site works under REPEATABLE READ."""
    site = start_site(database="mariadb", database_options="&isolation_level=repeatable%20read")
    site.database.run("SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return site


def test_48_repeatable_read_two_tasks_on_the_same_courses(repeatable_site):
    """Many lanes, many claims, one course in one hand: the invariants say the rest."""
    site = repeatable_site
    site.faults.add(method="PATCH", delay_before=0.05, times=None)
    pks = [site.upload(course_update(8, title=title)) for title in ("First", "Second")]
    for pk in pks:
        site.ring(pk, times=3)
    for _worker in range(2):
        site.start_worker(concurrency=2, wait=False)

    site.finish(*pks)

    assert [site.statuses(pk) for pk in pks] == [{"succeeded": 8}] * 2
    assert [attempts(site, pk) for pk in pks] == [[1] * 8] * 2


def test_48_repeatable_read_a_worker_dies_and_a_connection_breaks(repeatable_site):
    site = repeatable_site
    gate = site.faults.gate("POST", at="after", request_id=of_row(3))
    worker = site.start_worker()
    pk = site.upload(course_rerun(3))
    gate.wait_held()
    worker.kill()
    gate.open()
    gate = site.faults.gate("POST", at="after", request_id=of_row(4))
    site.start_worker()
    gate.wait_held()
    site.database.kill_connections()
    gate.open()

    assert site.finish(pk, seconds=BOUND_SECONDS).status == "completed"
    assert [len(site.run_keys(course_key(number))) for number in range(3)] == [2, 2, 2]
    assert "RECOVERED" in site.codes(pk, 3)
    assert attempts(site, pk) == [1, 2, 1]


def test_48_repeatable_read_cancel_and_a_late_owner(repeatable_site):
    """A worker that slept sees what was decided meanwhile, and not what stood there when it fell asleep."""
    site = repeatable_site
    stop = Failpoint(name="stop", target="course_discovery_bulk.pipeline.record.record_outcome", action=STOP, line=3)
    first = site.start_worker(failpoints=[stop])
    pk = site.upload(course_create(4, calls=1), on_error="stop")
    site.wait(lambda: site.reached("stop"), "the failpoint")
    assert site.rest().cancel(pk).status_code == 202
    site.start_worker()
    task = site.finish(pk, seconds=BOUND_SECONDS)
    done = site.acts(pk)

    first.thaw()
    time.sleep(2)

    assert (task.status, site.statuses(pk)) == ("cancelled", {"succeeded": 2, "not_processed": 2})
    assert site.acts(pk) == done


# --- SQLite


@pytest.mark.slow
@pytest.mark.parametrize("count", [30, 200])
def test_49_two_workers_on_sqlite(start_site, count):
    """Writers queue behind each other, and behind somebody who holds the file for a while."""
    site = start_site(database="sqlite")
    for _worker in range(2):
        site.start_worker(concurrency=2, wait=False)
    pk = site.upload(course_create(count, calls=1))
    site.wait(lambda: site.statuses(pk).get("succeeded"), "a row to be done")

    with site.database.holding("SELECT 1"):
        time.sleep(2)

    assert site.finish(pk, seconds=120).status == "completed"
    assert site.statuses(pk) == {"succeeded": count}


# --- what a strict server would not store


def test_50_texts_that_are_too_long(mariadb_site):
    """Whatever discovery answers and whatever the cells say, the row is saved with what fits."""
    site = mariadb_site
    for row, answer in enumerate(
        [
            page(400, "<h1>" + "x" * 1_000_000 + "</h1>"),
            says(400, "\N{GRINNING FACE}" * 100_000),
            says(400, {"title": ["y" * 1_000_000]}),
            says(403, {"detail": "z" * 1_000_000}),
        ],
        start=2,
    ):
        site.faults.add(answer, "PATCH", request_id=of_row(row))
    good = course_update(5).rows
    names = ("edX+" + "k" * 3000, "edX+\N{GRINNING FACE}")
    odd = [{"course_key": name, "title": "Odd"} for name in names]
    site.start_worker()

    pk = site.upload(Sample(task_type="course_update", rows=(*good, *odd)))

    assert site.finish(pk).status == "partially_completed"
    assert [row.status for row in site.rows(pk)][:5] == ["failed"] * 4 + ["succeeded"]
    assert {row.status for row in site.rows(pk)[5:]} <= {"failed", "invalid"}
    messages = [found["message"] for row in site.rows(pk) for found in row.problems]
    assert len(messages) >= 6
    assert max(map(len, messages)) < 1500


# --- the uploader is gone


@pytest.mark.parametrize("how", ["deleted", "deactivated"])
def test_52_the_uploader_is_gone_while_the_task_waits(mariadb_site, how):
    """What was done stays, with its history; the rest is not done in the name of nobody.

    Of the row whose call was made and not taken nobody can be asked any more: it needs a person.
    """
    site = mariadb_site
    back_soon = says(503, "Back soon.", Retry_After="5")  # asks the whole task to wait
    site.faults.add(back_soon, "PATCH", times=None, request_id=f"{of_row(3)}|{of_row(4)}")
    site.start_worker()
    pk = site.upload(course_update(3), on_error="stop")
    site.wait(lambda: site.task(pk).next_attempt_at, "the task to pause")
    assert site.row(pk, 2).status == RowStatus.SUCCEEDED

    if how == "deleted":
        site.objects(CourseEditor).filter(user__username=site.default_user).delete()
        site.objects(User).get(username=site.default_user).delete()
    else:
        site.objects(User).filter(username=site.default_user).update(is_active=False)

    task = site.finish(pk, seconds=BOUND_SECONDS)
    assert (task.status, [note["code"] for note in task.notes]) == ("cancelled", ["UPLOADER_GONE"])
    assert task.uploaded_by_id is None or how == "deactivated"
    assert [row.status for row in site.rows(pk)] == ["succeeded", "unknown", "not_processed"]
    assert site.acts(pk) == [f"update course {course_key(0)}"]
