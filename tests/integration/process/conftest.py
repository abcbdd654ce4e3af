"""A real site for every test here: a Valkey server, a web server and Celery workers as processes on one SQLite file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from sandbox.demo.client import BulkClient
from sandbox.demo.processes import Child
from sandbox.demo.site import Site
from sandbox.discovery.tokens import issue_token

StartWorker = Callable[..., Child]


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Broker, database and web server, started once; workers are each test's own."""
    with Site(tmp_path_factory.mktemp("site")) as site:
        site.broker.start()
        site.make_database()
        site.await_web(site.start_web())
        yield site


@pytest.fixture
def site(running_site: Site) -> Site:
    """The site with a broker that runs and is empty, whatever the test before did to it."""
    if not running_site.broker.is_running:
        running_site.broker.start()
    with redis.Redis.from_url(running_site.broker.url) as connection:
        connection.flushall()
    return running_site


@pytest.fixture
def start_worker(site: Site) -> Iterator[StartWorker]:
    """Start a worker and wait until it takes jobs: `delay_ms` slows its writes, the rest are BULK_OPERATIONS."""
    started: list[Child] = []

    def start(*, delay_ms: int = 0, **settings: object) -> Child:
        environment = {"SANDBOX_DELAY_MS": str(delay_ms), "SANDBOX_BULK_OPERATIONS": json.dumps(settings)}
        worker = site.start_worker(environment)
        started.append(worker)
        site.await_worker(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def client(site: Site) -> BulkClient:
    """The API as an editor of edX."""
    return BulkClient(site.url, issue_token("editor"))


@pytest.fixture
def course_file(tmp_path: Path) -> Callable[[str, int], Path]:
    """Write a file of good rows: course `prefix0`, `prefix1`, ... of edX, each made by two calls to discovery."""

    def write(prefix: str, count: int) -> Path:
        header = (
            "organization,title,number,course_enrollment_track,course_run_enrollment_track,verified_price,"
            "course_pacing,start_date,end_date,short_description"
        )
        rows = (
            f"edX,Course {prefix} {number},{prefix}{number},Verified and Audit,Verified and Audit,49.00,"
            f"Self-Paced,2027-09-01,2027-12-15,<p>About {number}.</p>"
            for number in range(count)
        )
        file = tmp_path / f"{prefix}.csv"
        file.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return file

    return write


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show the ends of the processes' logs with a test that failed."""
    report = yield
    site = getattr(item, "funcargs", {}).get("site")
    if report.failed and site:
        for log in sorted(site.folder.glob("*.log")):
            report.sections.append((log.name, "\n".join(log.read_text(errors="replace").splitlines()[-40:])))
    return report
