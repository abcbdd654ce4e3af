"""What we promise about long files: a storm of killed workers, a cancel, and a retry of the rest."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from sandbox.discovery.models import ChangeLog
from tests.faults.rig.samples import course_create
from tests.faults.rig.waiting import allowed

LANES = 4


def creations(site) -> Counter[str]:
    """How often each course was made, by what discovery has written down."""
    made = site.objects(ChangeLog).filter(verb="create", object_type="course")
    return Counter(key for key in made.values_list("object_key", flat=True) if key.startswith("edX+NEW"))


@pytest.mark.slow
@pytest.mark.parametrize("rows", [60, 2000])
def test_workers_killed_every_five_seconds(start_site, rows, record_property):
    site = start_site(LOST_CLAIMS=10)
    workers = [site.start_worker(concurrency=2) for _ in range(2)]
    pk = site.upload(course_create(rows, calls=1))

    killed, began = 0, time.monotonic()
    while not site.task(pk).is_final:
        assert time.monotonic() - began < allowed(rows * 2 + 120), site.state()
        time.sleep(5)
        workers[killed % 2].kill()
        workers[killed % 2] = site.start_worker(concurrency=2)
        killed += 1
    record_property("workers killed", killed)
    record_property("seconds", round(time.monotonic() - began))

    assert killed > 1
    assert site.statuses(pk) == {"succeeded": rows}
    assert creations(site) == {f"edX+NEW{number}": 1 for number in range(rows)}


@pytest.mark.parametrize("rows", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_cancel_stops_within_a_row_a_lane_and_a_retry_does_the_rest(start_site, rows):
    site = start_site(LANES=LANES, LEASE_SECONDS=30)
    site.start_worker(concurrency=LANES)
    pk = site.upload(course_create(rows, calls=1))
    site.wait(lambda: len(creations(site)) >= 10, "ten rows", 60)

    site.rest().cancel(pk)
    done_when_asked = len(creations(site))
    cancelled = site.finish(pk)
    done = creations(site)

    assert cancelled.status == "cancelled"
    assert len(done) <= done_when_asked + LANES
    assert site.statuses(pk) == {"succeeded": len(done), "not_processed": rows - len(done)}

    child = int(site.rest().retry(pk).json()["id"])
    assert site.finish(child, seconds=rows + 30).status == "completed"
    assert site.statuses(child) == {"succeeded": rows - len(done)}
    assert creations(site) == {f"edX+NEW{number}": 1 for number in range(rows)}


def test_a_killed_worker_is_recovered_from_within_lease_and_sweep(start_site, record_property):
    site = start_site()
    gate = site.faults.gate("POST", "/courses/$", at="before")
    worker = site.start_worker()
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()
    site.start_worker()

    worker.kill()
    killed = time.monotonic()
    gate.open()
    site.finish(pk)

    record_property("seconds from kill -9 to the end", round(time.monotonic() - killed, 1))
    assert time.monotonic() - killed < allowed(3 + 1 + 3)  # the lease, a sweep, and three rows
    assert creations(site) == {f"edX+NEW{number}": 1 for number in range(3)}
