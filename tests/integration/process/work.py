"""What the tests do and look at: deliver a job, wait for rows, and read who did what from the site's own database."""

from __future__ import annotations

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import requests
from celery import Celery

from sandbox.demo.client import BulkClient
from sandbox.demo.processes import Child, wait_until
from sandbox.demo.site import Site
from sandbox.discovery.tokens import issue_token

RUN_SECONDS = 60.0
POLL_SECONDS = 0.15
Row = Mapping[str, Any]


def deliver(site: Site, pk: int) -> None:
    """Ring for a task once more, as a broker that delivers twice would, or somebody who revives it."""
    with Celery(broker=site.broker.url) as app:
        app.send_task("course_discovery_bulk.run_task", args=[pk])


def finish(client: BulkClient, pk: int, worker: Child) -> dict[str, Any]:
    """Wait for the end of a task; the task then."""
    wait_until(lambda: bool(client.progress(pk)["finished"]), RUN_SECONDS, worker, pause=_poll)
    return client.task(pk)


def wait_for_row(client: BulkClient, pk: int, worker: Child, is_it: Callable[[Row], bool]) -> None:
    """Wait until there is a row as described."""
    wait_until(lambda: any(is_it(row) for row in client.rows(pk)), RUN_SECONDS, worker, pause=_poll)


def create_course(site: Site, cells: Mapping[str, str], *, like: str) -> None:
    """Make the course of a row by a call to discovery, as the worker makes it; `like` is one that it has made."""
    api = requests.Session()
    api.headers["Authorization"] = f"JWT {issue_token('editor')}"
    model = api.get(f"{site.url}/api/v1/courses/{like.replace('+', '%2B')}/?editable=1", timeout=10).json()
    body = {
        "org": cells["organization"],
        "number": cells["number"],
        "title": cells["title"],
        "type": model["type"],
        "product_source": model["product_source"]["slug"],
        "prices": {"verified": cells["verified_price"]},
        "course_run": {
            "run_type": model["course_runs"][0]["run_type"],
            "pacing_type": "self_paced",
            "start": f"{cells['start_date']}T00:00:00Z",
            "end": f"{cells['end_date']}T00:00:00Z",
        },
    }
    api.post(f"{site.url}/api/v1/courses/", json=body, timeout=10).raise_for_status()


def is_recovered(row: Row) -> bool:
    """Whether the row says that a lost answer was settled by reading back."""
    return "RECOVERED" in [found["code"] for found in row["problems"]]


def taken_jobs(worker: Child) -> int:
    """How many jobs a worker has taken from the broker, by its log."""
    return len(re.findall(r"run_task\[[^]]+\] received", worker.output()))


def ended_jobs(worker: Child) -> int:
    """How many of its jobs have come to their end."""
    return len(re.findall(r"run_task\[[^]]+\] succeeded", worker.output()))


def is_over(worker: Child) -> bool:
    """Whether a worker that was told to stop has ended, or has nothing in hand any more."""
    return worker.exit_code is not None or ended_jobs(worker) == taken_jobs(worker)


def step_states(row: Row) -> list[str]:
    """How far the calls of a row have come, in order."""
    return [step["state"] for step in row["steps"]]


def statuses(client: BulkClient, pk: int) -> Counter[str]:
    """How many rows ended how."""
    return Counter(row["status"] for row in client.rows(pk))


def history(site: Site, prefix: str) -> Counter[tuple[str, str, str, str]]:
    """How often who did what to courses `prefix...` and their runs: (user, verb, kind of object, key)."""
    query = """
        SELECT user.username, log.verb, log.object_type, log.object_key
        FROM sandbox_discovery_changelog AS log JOIN sandbox_discovery_user AS user ON user.id = log.user_id
        WHERE log.object_key LIKE ?
    """
    with closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as connection:
        return Counter(connection.execute(query, [f"%edX+{prefix}%"]).fetchall())


def each_once(prefix: str, count: int, user: str = "editor") -> Counter[tuple[str, str, str, str]]:
    """The history that a file of `course_file` must leave: every effect exactly once."""
    acts = []
    for key in (f"edX+{prefix}{number}" for number in range(count)):
        acts += [
            (user, "create", "course", key),
            (user, "create", "course_run", f"course-v1:{key}+3T2027"),
            (user, "update", "course", key),
        ]
    return Counter(acts)


def seconds_of(act: Callable[[], dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    """How long something took, and what it gave."""
    started = time.monotonic()
    given = act()
    return time.monotonic() - started, given


def _poll(seconds: float) -> None:
    """Asking the web server costs it work that the worker beside it needs."""
    time.sleep(max(seconds, POLL_SECONDS))
