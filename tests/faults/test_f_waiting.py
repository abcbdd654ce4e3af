"""F: who waits for whom when every worker is busy: a preview never waits behind runs, one's own or others'."""

from __future__ import annotations

import time

from tests.faults.rig.prepare import COURSES
from tests.faults.rig.samples import course_create, course_update
from tests.faults.rig.waiting import allowed

ROWS = COURSES // 2


def test_82b_a_preview_begins_while_runs_have_every_worker(start_site, record_property):
    """The queue is full of jobs for runs, and the one worker process is in the middle of a long time slice."""
    site = start_site(SLICE_SECONDS=60, TURN_SECONDS=30, SWEEP_SECONDS=20, ACTIVE_TASKS_PER_USER=1)
    site.faults.add(method="PATCH", delay_before=1.0, times=None)
    site.start_worker()
    own = site.upload(course_update(ROWS))
    others = site.upload(course_update(ROWS, first=ROWS, title="Other"), user="staff")
    site.wait(lambda: site.statuses(own).get("succeeded"), "the first row of a run")

    asked = time.monotonic()
    preview = site.upload(course_create(3, "LOOK"), dry_run="true")
    site.wait(lambda: site.task(preview).status == "validated", "the preview", allowed(10))
    record_property("seconds until the preview was ready", round(time.monotonic() - asked, 1))

    assert not site.task(own).is_final
    site.finish(own, others)
    assert [site.statuses(pk) for pk in (own, others)] == [{"succeeded": ROWS}] * 2


def test_82b_a_cancelled_upload_ends_while_another_run_has_every_worker(start_site):
    site = start_site(SLICE_SECONDS=60, TURN_SECONDS=30, SWEEP_SECONDS=20)
    site.faults.add(method="PATCH", delay_before=1.0, times=None)
    site.start_worker()
    run = site.upload(course_update(ROWS))
    site.wait(lambda: site.statuses(run).get("succeeded"), "the first row of a run")
    waiting = site.upload(course_update(ROWS, first=ROWS), user="staff")

    assert site.rest("staff").cancel(waiting).status_code == 202
    site.wait(lambda: site.task(waiting).status == "cancelled", "the end of what was cancelled", allowed(10))

    assert site.statuses(waiting) == {"not_processed": ROWS}
    assert not site.task(run).is_final
    site.finish(run)
