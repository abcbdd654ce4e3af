"""A real site (broker, worker, web server, all on free ports) and the system's Chromium to drive its page with."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from sandbox.demo.site import Site
from tests.browser.desk import Desk

EXECUTABLE = os.environ.get("BROWSER_EXECUTABLE", "/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OUTPUT = Path(__file__).parent / "output"
DELAY_MS = 250  # of every write, so that a task of a few rows can be watched
Sit = Callable[..., Desk]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site")) as running:
        running.environment["SANDBOX_DELAY_MS"] = str(DELAY_MS)
        running.environment["SANDBOX_BULK_OPERATIONS"] = json.dumps({"PUBLISHER_URL": "https://publisher.example.org"})
        running.broker.start()
        running.make_database()
        worker = running.start_worker()
        running.await_web(running.start_web())
        running.await_worker(worker)
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def sit(site: Site, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Sit]:
    """Somebody sits down before the page, logged in; whatever the page did wrong fails the test at its end."""
    OUTPUT.mkdir(exist_ok=True)
    desks: list[Desk] = []

    def sit_down(user: str = "editor", **options: object) -> Desk:
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        context = chromium.new_context(**{"timezone_id": "Europe/Berlin", **options})  # type: ignore[arg-type]
        desk = Desk(context, site.url, OUTPUT / name)
        desks.append(desk)
        desk.log_in(user)
        return desk

    yield sit_down
    for desk in desks:
        desk.leave()


@pytest.fixture
def course_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of new courses of edX, numbered `prefix0`, `prefix1`, ..., with some cells replaced."""

    def write(prefix: str, count: int = 3, *, header: dict[str, str] | None = None, **first_row: str) -> Path:
        row = {
            "organization": "edX",
            "title": "A course",
            "number": "",
            "course_enrollment_track": "Audit Only",
            "course_run_enrollment_track": "Audit Only",
            "course_pacing": "Self-Paced",
            "start_date": "2027-09-01",
            "end_date": "2027-12-15",
        }
        names = [(header or {}).get(name, name) for name in row]
        rows = [{**row, "number": f"{prefix}{at}", "title": f"{prefix} course {at}"} for at in range(count)]
        rows[0] |= first_row
        file = tmp_path / f"{prefix}.csv"
        file.write_text("\n".join([",".join(names), *(",".join(each.values()) for each in rows), ""]))
        return file

    return write


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show the ends of the processes' logs, and where a picture is, with a test that failed."""
    report = yield
    site = getattr(item, "funcargs", {}).get("site")
    if report.failed and site:
        for log in sorted(site.folder.glob("*.log")):
            report.sections.append((log.name, "\n".join(log.read_text(errors="replace").splitlines()[-40:])))
    return report
