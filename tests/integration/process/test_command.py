"""`manage.py bulk_operation` as a process: without broker and worker, interrupted, and beside a worker."""

import os
import signal
import sys
import time
from collections import Counter

import pytest

from sandbox.demo.processes import Child, wait_until
from tests.integration.process.work import deliver, each_once, finish, history, statuses, wait_for_row

pytestmark = pytest.mark.slow

END_SECONDS = 60.0


@pytest.fixture
def start_command(site, tmp_path):
    """Start the command in the name of the editor."""
    started = []

    def start(file, *arguments, delay_ms=0):
        child = Child(
            "command",
            [
                *(sys.executable, "manage.py", "bulk_operation", str(file), "--type=course_create"),
                *("--user=editor", *arguments),
            ],
            environment={**site.environment, "SANDBOX_DELAY_MS": str(delay_ms)},
            log=site.folder / f"command-{time.monotonic_ns()}.log",
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()


def end(child):
    """Exit code and all output."""
    deadline = time.monotonic() + END_SECONDS
    while child.exit_code is None and time.monotonic() < deadline:
        time.sleep(0.05)
    output = child.output()
    assert "Traceback" not in output
    return child.exit_code, output


def newest(client):
    """The newest task, None before there is any."""
    found = list(client.listed("/api/v1/bulk_operation_tasks/?page_size=200"))
    return found[0]["id"] if found else None


def await_row(client, before, command):
    """Wait until the task of the command has a row done; its id."""
    wait_until(lambda: newest(client) != before, END_SECONDS, command)
    pk = newest(client)
    wait_for_row(client, pk, command, lambda row: row["status"] == "succeeded")
    return pk


@pytest.fixture
def before(client):
    """The newest task before the test."""
    return newest(client)


def test_it_needs_neither_broker_nor_worker(site, start_command, course_file):
    site.broker.stop()

    code, output = end(start_command(course_file("ALONE", 3)))

    assert code == 0, output
    assert "All 3 rows were written." in output
    assert history(site, "ALONE") == each_once("ALONE", 3)


def test_ctrl_c_ends_after_the_row_in_hand(site, client, start_command, course_file, before):
    command = start_command(course_file("CTRL", 8), delay_ms=300)
    pk = await_row(client, before, command)
    os.kill(command.pid, signal.SIGINT)

    code, output = end(command)

    assert code == 130
    assert "Stopping after the row in hand" in output
    assert "Cancelled: " in output
    done = statuses(client, pk)
    assert client.task(pk)["status"] == "cancelled"
    assert done.keys() == {"succeeded", "not_processed"}
    assert history(site, "CTRL") == each_once("CTRL", done["succeeded"])


def test_second_ctrl_c_leaves_at_once_and_a_worker_stops_it(
    site, client, start_command, start_worker, course_file, before
):
    command = start_command(course_file("TWICE", 8), delay_ms=1500)
    pk = await_row(client, before, command)
    os.kill(command.pid, signal.SIGINT)
    time.sleep(0.3)
    os.kill(command.pid, signal.SIGINT)

    code, output = end(command)

    assert code == 130
    assert f"Left. A worker, or the next sweep, stops task {pk}" in output
    assert client.task(pk)["status"] == "processing"
    worker = start_worker(LEASE_SECONDS=3)
    assert finish(client, pk, worker)["status"] == "cancelled"
    assert set(history(site, "TWICE").values()) == {1}
    assert statuses(client, pk)["not_processed"] > 0


def test_beside_a_worker_nothing_is_done_twice(site, client, start_command, start_worker, course_file, before):
    worker = start_worker(delay_ms=300)
    command = start_command(course_file("BOTH", 12), delay_ms=300)
    pk = await_row(client, before, command)
    for _lane in range(3):
        deliver(site, pk)

    code, output = end(command)

    assert code == 0, output
    assert worker.exit_code is None
    assert statuses(client, pk) == Counter(succeeded=12)
    assert [row["attempts"] for row in client.rows(pk)] == [1] * 12
    assert history(site, "BOTH") == each_once("BOTH", 12)
