"""Proof that the rig works: a day without faults, and one fault of each kind that the scenarios are made of."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from sandbox.faults.answers import DATABASE_DOWN
from tests.faults.rig.faults import of_row
from tests.faults.rig.samples import course_create, course_rerun
from tests.faults.rig.waiting import allowed

CREATES = 20


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "mariadb"])
def test_nothing_broken_makes_every_course_once(start_site, database):
    site = start_site(database=database)
    site.start_worker(concurrency=2)

    pk = site.upload(course_create(CREATES))

    assert site.finish(pk).status == "completed"
    assert site.statuses(pk) == {"succeeded": CREATES}
    assert Counter(act.rpartition(" ")[0] for act in site.acts(pk)) == {
        "create course": CREATES,
        "create course_run": CREATES,
        "update course": CREATES,
    }


@pytest.mark.slow
def test_worker_killed_after_the_effect_of_its_call(http_site):
    site = http_site
    gate = site.faults.gate("POST", "/course_runs/$", at="after", request_id=of_row(3))
    worker = site.start_worker()
    pk = site.upload(course_rerun(3))
    gate.wait_held()
    assert [call.effects for call in site.faults.writes("POST", request_id=of_row(3))] != [()]

    worker.kill()
    gate.open()
    site.start_worker()

    assert site.finish(pk, seconds=20).status == "completed"
    assert [len(site.run_keys(f"edX+RIG{number}")) for number in range(3)] == [2, 2, 2]
    assert "RECOVERED" in site.codes(pk, 3)
    assert site.acts(pk, 3)[0] == "create course_run course-v1:edX+RIG1+3T2028"


@pytest.mark.slow
def test_silent_broker_at_upload(site):
    with site.broker.black_hole():
        started = time.monotonic()
        answer = site.rest().upload(sample := course_create(1))
        seconds = time.monotonic() - started
    pk = answer.json()["id"]
    site.note_upload(pk, sample)

    assert answer.status_code == 201
    assert seconds < allowed(5)
    site.start_worker()
    assert site.finish(pk, seconds=20).status == "completed"


@pytest.mark.slow
def test_discovery_without_its_database_for_a_while(site):
    outage = site.faults.add(DATABASE_DOWN, times=None, seconds=3)
    site.start_worker()

    pk = site.upload(course_create(3))

    outage.wait_used()
    assert site.finish(pk).status == "completed"
    assert site.statuses(pk) == {"succeeded": 3}
