"""E: discovery is away, sends us elsewhere, wants another token, or has been changed by others meanwhile."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from django.conf import settings

from sandbox.discovery.models import Course, CourseRun, CourseType
from sandbox.faults import answers
from sandbox.faults.answers import moved_to
from tests.faults.rig.faults import COURSE_LIST, OURS, of_row
from tests.faults.rig.prepare import course_key
from tests.faults.rig.samples import (
    course_create,
    course_editor_update,
    course_run_update,
    course_update,
)
from tests.faults.rig.site import Site


@pytest.mark.slow
def test_68_a_redirect_is_not_followed(http_site):
    site = http_site
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        site.faults.add(moved_to(f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"), request_id=OURS, times=None)
        site.start_worker()

        pk = site.upload(course_update(2))

        assert site.finish(pk).status == "failed"
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    assert site.statuses(pk) == {"not_processed": 2}
    assert [note["code"] for note in site.task(pk).notes] == ["MISCONFIGURED"]


# --- tokens


def test_57_75_tokens_that_run_out_and_none_to_be_had(http_site):
    """The web server has the token endpoint, and discovery is another process: either can be away alone."""
    site = http_site
    expired = site.faults.add(answers.TOKEN_EXPIRED, "PATCH", request_id=of_row(3))
    pk = site.upload(course_update(3))
    site.web.kill()
    credentials = {"OAUTH_CLIENT_ID": settings.SANDBOX_CLIENT_ID, "OAUTH_CLIENT_SECRET": settings.SANDBOX_CLIENT_SECRET}
    site.start_worker(settings={"DISCOVERY_TOKEN": "", "OAUTH_URL": site.url, **credentials})

    site.wait(lambda: site.task(pk).next_attempt_at, "the task to wait for a token")
    assert not [call for call in site.faults.calls if call.request_id.startswith("bulk-")]
    site.start_web()

    assert site.finish(pk).status == "completed"
    assert (expired.used, site.task(pk).pauses) == (1, 0)
    assert [call.answer for call in site.faults.writes("PATCH", request_id=of_row(3))] == ["401", "200"]


# --- discovery is away


@pytest.mark.slow
def test_58_while_its_database_is_away_rows_wait(start_site):
    site = start_site(transport="http", PAUSE_SECONDS=0.5)
    outage = site.faults.add(answers.DATABASE_DOWN, request_id=OURS + "[0-9]+-[0-9]", skip=4, times=None, seconds=3)
    site.start_worker()

    pk = site.upload(course_update(8))

    outage.wait_used()
    site.wait(lambda: site.task(pk).next_attempt_at, "the task to wait")
    assert set(site.statuses(pk)) == {"succeeded", "pending"}
    assert site.finish(pk).status == "completed"
    assert site.statuses(pk) == {"succeeded": 8}


def test_65_72_discovery_is_killed_and_started_again(start_site):
    """One call has had its effect when the server dies, one has not; then nobody listens for a while."""
    site = start_site(transport="http", QUIET_SECONDS=0.5, READ_SECONDS=20)
    after = site.faults.gate("POST", COURSE_LIST, at="after", request_id=of_row(3))
    before = site.faults.gate("PATCH", at="before", request_id=of_row(2))
    site.start_worker(concurrency=2)
    creations, updates = site.upload(course_create(4, calls=1)), site.upload(course_update(4))
    after.wait_held()
    before.wait_held()

    site.discovery.kill()
    for gate in (after, before):
        gate.open()
    site.wait(lambda: all(site.task(pk).next_attempt_at for pk in (creations, updates)), "both tasks to wait")
    calls = len(site.faults.calls)
    time.sleep(1)
    assert len(site.faults.calls) == calls
    assert not {"failed", "unknown"} & {*site.statuses(creations), *site.statuses(updates)}
    site.start_discovery()

    site.finish(creations, updates)
    assert (site.statuses(creations), site.statuses(updates)) == ({"succeeded": 4}, {"succeeded": 4})
    assert site.codes(creations, 3) == ["RECOVERED"]
    assert [call.answer for call in site.faults.writes("PATCH", request_id=of_row(2))] == ["200"]


# --- somebody else was there first


def test_56_63_64_74_somebody_else_was_faster(start_site):
    """What people do between our look at a course and our call: each call is held, and sent once they have."""
    site = start_site(ACTIVE_TASKS_PER_USER=9)
    creation = site.faults.gate("POST", COURSE_LIST, at="before", request_id=OURS)
    update = site.faults.gate("PATCH", "/course_runs/", at="before", request_id=OURS)
    known, gone = (site.faults.gate("POST", "/course_editors/", at="before", request_id=of_row(n)) for n in (2, 3))
    site.start_worker(concurrency=3)
    creations, runs, editors = (
        site.upload(sample, user="staff")
        for sample in (course_create(1, calls=1), course_run_update(1), course_editor_update(2, first=1))
    )

    creation.wait_held()
    assert make_course(site, "edX+NEW0", title="By hand").status_code == 201
    creation.open()
    update.wait_held()
    site.objects(CourseRun).filter(course__key=course_key(0), draft=True).update(status="review_by_legal")
    update.open()
    known.wait_held()
    assert add_editor(site, course_key(1)).status_code == 201
    known.open()
    gone.wait_held()
    site.objects(Course).filter(key=course_key(2)).delete()
    gone.open()
    site.finish(creations, runs, editors)

    assert (site.row(creations, 2).status, site.codes(creations, 2)) == ("skipped", ["COURSE_EXISTS"])
    assert site.course("edX+NEW0").title == "By hand"
    assert (site.row(runs, 2).status, site.codes(runs, 2)) == ("failed", ["FORBIDDEN"])
    assert "in review" in site.row(runs, 2).problems[0]["message"]
    assert (site.row(editors, 2).status, site.codes(editors, 2)) == ("succeeded", ["RECOVERED"])
    assert (site.row(editors, 3).status, site.codes(editors, 3)) == ("failed", ["NOT_FOUND"])
    assert site.effects(creations) == site.effects(runs) == site.effects(editors) == []


def make_course(site: Site, key: str, *, title: str) -> Any:
    organization, _, number = key.partition("+")
    track = site.objects(CourseType).get(slug="verified-audit")
    body = {
        "org": organization,
        "number": number,
        "title": title,
        "type": str(track.uuid),
        "product_source": "edx",
        "prices": {"verified": "49.00"},
    }
    return site.call_discovery("POST", "courses/", json=body)


def add_editor(site: Site, key: str) -> Any:
    body = {"course": str(site.course(key).uuid), "user_id": site.user("second_editor").pk}
    return site.call_discovery("POST", "course_editors/", json=body)
