"""Section A: an upload and its way to the broker. What was answered with 201 is done; what was not leaves nothing."""

from __future__ import annotations

import base64
import json
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from course_discovery_bulk.models import BulkOperationTask
from tests.faults.rig.failpoints import WAIT, Failpoint
from tests.faults.rig.samples import course_create
from tests.faults.rig.waiting import allowed

ANSWER_SECONDS = 5.0
QUEUE = "celery"
RECORD = "course_discovery_bulk.service.submission._record"
STORE = "course_discovery_bulk.service.submission._store"
RING = "course_discovery_bulk.tasks.ring"

# What a host would do whose requests are transactions; prints how many jobs are in the queue at each moment.
TRANSACTIONS = textwrap.dedent(
    """
    import redis
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile
    from django.db import transaction
    from course_discovery_bulk import service

    def jobs():
        with redis.Redis.from_url(settings.CELERY_BROKER_URL) as broker:
            return broker.llen("celery")

    def upload():
        user = get_user_model().objects.get(username="editor")
        file = ContentFile(CONTENT, name="courses.csv")
        return service.submit(user, file=file, task_type="course_create", site_domain="testserver").task

    seen = []
    with transaction.atomic():
        upload()
        seen.append(jobs())
        transaction.set_rollback(True)
    seen.append(jobs())
    with transaction.atomic():
        upload()
        seen.append(jobs())
    seen.append(jobs())
    print("jobs", *seen)
    """
)


def stored_files(site):
    return [file for file in (site.folder / "uploads").rglob("*") if file.is_file()]


def collect_orphans(site):
    """As a cron job would a day later. The rig's short leases would not pass the system checks."""
    site.manage("bulk_operations_gc", "--orphan-age-hours", "0", "--skip-checks")


def queued_jobs(site):
    """The arguments of every job that waits in the broker."""
    with site.broker.client() as connection:
        messages = [json.loads(message) for message in connection.lrange(QUEUE, 0, -1)]
    return [json.loads(base64.b64decode(message["body"]))[0] for message in messages]


@pytest.mark.slow
def test_01_killed_after_the_file_was_stored_and_before_the_task_was(site):
    site.start_web(failpoints=[Failpoint(name="kill", target=RECORD)])

    with pytest.raises(requests.ConnectionError):
        site.rest().upload(course_create(1))

    assert not site.objects(BulkOperationTask).exists()
    assert len(stored_files(site)) == 1
    collect_orphans(site)
    assert stored_files(site) == []


def test_02_07_killed_after_the_commit_and_before_the_job_was_sent(site):
    """The client heard nothing and repeats its upload with the key: it is the same task, and it is done."""
    site.start_web(failpoints=[Failpoint(name="kill", target=RING)])
    sample = course_create(2, calls=1)
    with pytest.raises(requests.ConnectionError):
        site.rest().upload(sample, key="mine")
    (task,) = site.objects(BulkOperationTask)
    assert (task.status, queued_jobs(site)) == ("pending", [])

    again = site.rest().upload(sample, key="mine")
    site.note_upload(task.pk, sample)
    site.start_worker()

    assert (again.status_code, again.json()["id"]) == (200, task.pk)
    assert site.finish(task.pk).status == "completed"
    assert [site.acts(task.pk, line)[0] for line in (2, 3)] == ["create course edX+NEW0", "create course edX+NEW1"]


def test_03_04_broker_that_is_down_or_never_answers(site):
    """Accepted all the same, and soon; done once the broker is there again."""
    site.broker.kill()
    while_down = _upload_soon(site, "DOWN")
    with site.broker.black_hole():
        while_silent = _upload_soon(site, "SILENT")
    assert queued_jobs(site) == []

    site.start_worker()

    assert site.finish(while_down, while_silent).status == "completed"
    assert [site.task(while_down).status, site.statuses(while_down)] == ["completed", {"succeeded": 1}]


def _upload_soon(site, prefix):
    sample = course_create(1, prefix)
    started = time.monotonic()
    answer = site.rest().upload(sample)
    seconds = time.monotonic() - started
    assert answer.status_code == 201
    assert seconds < allowed(ANSWER_SECONDS)
    pk = answer.json()["id"]
    site.note_upload(pk, sample)
    assert site.rest().progress(pk).json()["status"] == "pending"
    return pk


@pytest.mark.slow
def test_05_06_job_is_sent_by_the_commit_and_by_nothing_else(site):
    """With a real broker: none while the transaction is open, none after it was rolled back, one after the commit."""
    content = course_create(1).content
    script = TRANSACTIONS.replace("CONTENT", repr(content))

    output = site.manage("shell", "-c", script).output()

    assert output.splitlines()[-1] == "jobs 0 0 0 1"
    (task,) = site.objects(BulkOperationTask)
    assert queued_jobs(site) == [[task.pk]]  # the id and nothing else
    assert len(stored_files(site)) == 2
    collect_orphans(site)
    assert [file.name for file in stored_files(site)] == [task.csv_file.name]
    site.excuse("I3", "there is no worker here")


def test_07_same_upload_twice_at_the_same_moment(site):
    """Both have looked for an earlier task and found none: the database decides, and one file is kept."""
    site.start_web(failpoints=[Failpoint(name="both", target=STORE, action=WAIT, times=2)])
    sample = course_create(1)

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(site.rest().upload, sample, key="once") for _ in range(2)]
        site.wait(lambda: site.reached("both") == 2, "both uploads to be under way")
        site.open_failpoint("both")
    answers = sorted((each.result() for each in sent), key=lambda answer: answer.status_code)
    other = site.rest().upload(course_create(2), key="once")

    (task,) = site.objects(BulkOperationTask)
    assert [(answer.status_code, answer.json()["id"]) for answer in answers] == [(200, task.pk), (201, task.pk)]
    assert answers[0].headers["Idempotent-Replayed"] == "true"
    assert queued_jobs(site) == [[task.pk]]
    assert [file.name for file in stored_files(site)] == [task.csv_file.name]
    assert (other.status_code, other.json()["code"]) == (409, "KEY_REUSED")
    site.excuse("I3", "there is no worker here")


def test_09_database_dies_between_file_and_task(mariadb_site):
    site = mariadb_site
    site.start_web(failpoints=[Failpoint(name="wait", target=RECORD, action=WAIT)])
    sample = course_create(1)

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(site.rest().upload, sample)
        site.wait(lambda: site.reached("wait"), "the file to be stored")
        site.database.kill()
        site.open_failpoint("wait")
    site.database.start()

    assert (sent.result().status_code, sent.result().json()["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert "Retry-After" in sent.result().headers
    assert not site.objects(BulkOperationTask).exists()
    assert len(stored_files(site)) == 1
    assert site.rest().upload(sample).status_code == 201
    collect_orphans(site)
    (task,) = site.objects(BulkOperationTask)
    assert [file.name for file in stored_files(site)] == [task.csv_file.name]
    site.excuse("I3", "there is no worker here")
