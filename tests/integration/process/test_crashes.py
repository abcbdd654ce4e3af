"""Workers that die, and jobs that come twice: every row ends once, and nothing is made twice."""

from collections import Counter

import pytest

from sandbox.demo.processes import wait_until
from tests.integration.process.work import (
    create_course,
    deliver,
    each_once,
    finish,
    history,
    is_over,
    is_recovered,
    statuses,
    step_states,
    taken_jobs,
    wait_for_row,
)

pytestmark = pytest.mark.slow

LEASE_SECONDS = 3
SLICE_SECONDS = 1


def test_worker_killed_twice_in_the_middle_of_a_row(site, client, start_worker, course_file):
    first = start_worker(delay_ms=800, LEASE_SECONDS=LEASE_SECONDS)
    pk = client.upload(course_file("KILL", 4), "course_create")["id"]
    wait_for_row(client, pk, first, lambda row: row["line"] > 2 and step_states(row) == ["sending", "planned"])
    first.kill()
    assert statuses(client, pk).keys() >= {"succeeded", "running", "pending"}
    # The same as if the worker had died a moment later: the call took effect, and nobody noted it.
    interrupted = next(row for row in client.rows(pk) if row["status"] == "running")
    create_course(site, interrupted["cells"], like="edX+KILL0")

    second = start_worker(delay_ms=800, LEASE_SECONDS=LEASE_SECONDS)
    deliver(site, pk)
    wait_for_row(client, pk, second, lambda row: row["line"] > 3 and step_states(row) == ["done", "sending"])
    second.kill()
    assert statuses(client, pk)["running"] == 1

    third = start_worker(LEASE_SECONDS=LEASE_SECONDS)
    deliver(site, pk)
    task = finish(client, pk, third)

    assert task["status"] == "completed"
    assert statuses(client, pk) == Counter(succeeded=4)
    assert history(site, "KILL") == each_once("KILL", 4)
    assert [row["line"] for row in client.rows(pk) if is_recovered(row)] == [interrupted["line"]]
    assert sum(row["attempts"] for row in client.rows(pk)) == 6  # four rows, two of them taken up again


def test_job_delivered_again_and_again(site, client, start_worker, course_file):
    pk = client.upload(course_file("AGAIN", 4), "course_create")["id"]
    deliver(site, pk)

    worker = start_worker(delay_ms=300)  # takes two jobs for the task at once
    wait_for_row(client, pk, worker, lambda row: row["status"] == "running")
    deliver(site, pk)
    task = finish(client, pk, worker)

    assert taken_jobs(worker) >= 3
    assert task["status"] == "completed"
    assert [row["attempts"] for row in client.rows(pk)] == [1, 1, 1, 1]
    assert history(site, "AGAIN") == each_once("AGAIN", 4)


def test_worker_told_to_stop_leaves_the_rest_to_another(site, client, start_worker, course_file):
    first = start_worker(delay_ms=200, SLICE_SECONDS=SLICE_SECONDS)
    pk = client.upload(course_file("WARM", 8), "course_create")["id"]
    wait_for_row(client, pk, first, lambda row: row["status"] == "succeeded")

    first.terminate()
    # A job that it took but did not begin before it ended goes back to the broker.
    wait_until(lambda: is_over(first), SLICE_SECONDS + 10, first)

    left = statuses(client, pk)
    assert left["pending"] > 0
    assert left["running"] == 0
    task = finish(client, pk, start_worker())  # by the job that the first worker sent before it ended
    assert task["status"] == "completed"
    assert [row["attempts"] for row in client.rows(pk)] == [1] * 8
    assert history(site, "WARM") == each_once("WARM", 8)
