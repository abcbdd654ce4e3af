"""The demo from beginning to end: start the site, upload a file as a script would, follow it, show its outcome."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.demo import display
from sandbox.demo.client import BulkClient
from sandbox.demo.expectation import Outcome, differences, outcome_of, read_expectation
from sandbox.demo.processes import Pause
from sandbox.demo.site import Site
from sandbox.discovery.tokens import issue_token

POLL_SECONDS = 0.2
WATCH_SECONDS = 0.5
OPERATION = "course_create"
USERS = (
    ("staff", "may do everything, and sees every upload"),
    ("editor, second_editor", "write courses of edX"),
    ("mit_editor", "writes courses of MITx"),
    ("outsider", "belongs to no organization"),
)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that was uploaded and has run, and how long that took in seconds."""

    task: dict[str, Any]
    rows: list[dict[str, Any]]
    upload_seconds: float
    run_seconds: float


def run_demo(site: Site, options: argparse.Namespace, pause: Pause) -> int:
    """Everything up to the table; 0 if the outcome is the expected one, else 1."""
    is_fresh = not site.database.exists()  # what is known of a sample is its outcome in the seeded catalog
    start_seconds = _timed(lambda: start_site(site))
    display.say(f"The page is at {site.page} after {start_seconds:.1f} s. Uploading {options.file.name} over REST ...")
    client = BulkClient(site.url, issue_token(options.user))
    upload = upload_file(client, options.file, pause)
    display.show_rows(upload.rows)
    _show_times(start_seconds, upload)
    expected = read_expectation(options.file, options.user) if is_fresh else None
    is_expected = _compare(expected, outcome_of(options.user, upload.task, upload.rows))
    if not options.exit:
        _show_places(site, upload.task["id"])
    return 0 if is_expected else 1


def start_site(site: Site) -> None:
    """Start every part, as far as possible at the same time, and wait until all of them are ready."""
    display.say(f"Starting Valkey, a Celery worker and the web server in {site.folder} ...")
    site.check_port()
    site.broker.start()
    worker = site.start_worker()
    site.make_database()
    web = site.start_web()
    site.await_web(web)
    site.await_worker(worker)


def upload_file(client: BulkClient, file: Path, pause: Pause) -> Upload:
    """Upload a file and follow it to its end."""
    started = time.monotonic()
    pk = client.upload(file, OPERATION)["id"]
    uploaded = time.monotonic()
    with display.LiveProgress() as live:
        while not (progress := client.progress(pk))["finished"]:
            live.show(progress)
            pause(POLL_SECONDS)
        live.show(progress)
    ended = time.monotonic()
    return Upload(
        task=client.task(pk),
        rows=list(client.rows(pk)),
        upload_seconds=uploaded - started,
        run_seconds=ended - uploaded,
    )


def _timed(act: Callable[[], None]) -> float:
    started = time.monotonic()
    act()
    return time.monotonic() - started


def _show_times(start_seconds: float, upload: Upload) -> None:
    counts = {name: number for name, number in upload.task["counts"].items() if number and name != "total"}
    counted = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
    display.say(f"{len(upload.rows)} rows: {counted}; the task is “{upload.task['status']}”.")
    display.show_facts(
        "Time",
        [
            ("start of the site", f"{start_seconds:.1f} s"),
            ("upload", f"{upload.upload_seconds:.2f} s"),
            ("run", f"{upload.run_seconds:.1f} s, {len(upload.rows) / upload.run_seconds:.1f} rows/s"),
        ],
    )


def _compare(expected: Outcome | None, found: Outcome) -> bool:
    """Whether the outcome is the expected one; where none is known, whether the file was worked through."""
    if expected is None:
        return found["status"] != "failed"
    lines = differences(expected, found)
    for line in ["This is not the expected outcome:", *lines] if lines else ["This is the expected outcome."]:
        display.say(line)
    return not lines


def _show_places(site: Site, task: int) -> None:
    display.show_facts(
        "Where else to look",
        [
            ("this upload on the page", f"{site.page}{task}/"),
            ("uploads in the admin", f"{site.url}/admin/course_discovery_bulk/bulkoperationtask/{task}/change/"),
            ("this upload over REST", f"{site.url}/api/v1/bulk_operation_tasks/{task}/"),
            ("its rows", f"{site.url}/api/v1/bulk_operation_tasks/{task}/rows/"),
            ("a token for scripts", "python -m sandbox.demo.issue_token staff"),
            ("the courses of discovery", f"{site.url}/api/v1/courses/?editable=1"),
            ("database and logs", str(site.folder)),
        ],
    )
    display.show_page(site.page, USERS)


def serve(site: Site, pause: Pause) -> None:
    """Watch the site until somebody interrupts `pause`; come back only if a part of it has ended by itself."""
    display.say("Serving until Ctrl-C.")
    while (ended := site.ended_child()) is None:
        pause(WATCH_SECONDS)
    display.say(f"The {ended.name} has ended by itself.\n{ended.log_tail()}")
