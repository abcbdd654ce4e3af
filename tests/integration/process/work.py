"""What the tests do and look at: deliver a job, wait for rows, and read who did what from the site's own database."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from celery import Celery

from sandbox.demo.client import BulkClient
from sandbox.demo.processes import Child, wait_until
from sandbox.demo.site import Site

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


def _poll(seconds: float) -> None:
    """Asking the web server costs it work that the worker beside it needs."""
    time.sleep(max(seconds, POLL_SECONDS))
