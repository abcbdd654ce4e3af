"""A site for every test here, copied from one that was prepared once; after the test, what must always hold is checked.

Run as `python -m pytest -m faults tests/faults`, with `--database mariadb` for a private MariaDB in place of SQLite.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.faults.rig.broker import Broker
from tests.faults.rig.database import (
    KINDS,
    Database,
    copy_mariadb,
    copy_sqlite,
    has_mariadb,
    prepare_mariadb,
    prepare_sqlite,
)
from tests.faults.rig.invariants import check_invariants
from tests.faults.rig.processes import Processes
from tests.faults.rig.site import Site

SHOWN_LOG_LINES = 40
StartSite = Callable[..., Site]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=KINDS, default="sqlite", help="Where the sites of tests/faults keep their data."
    )
    parser.addoption(
        "--seed",
        type=int,
        action="append",
        default=[],
        help="A seed for the soak of tests/faults to run, and no other.",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder is in the lane, whatever its file says."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("faults")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The figures that tests have recorded."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        if report.when == "call" and report.user_properties:
            figures = ", ".join(f"{name}: {value}" for name, value in report.user_properties)
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {figures}")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The prepared database of a kind, made when it is first asked for, once for all processes of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def prepare(kind: str) -> Path:
        maker = {"sqlite": prepare_sqlite, "mariadb": prepare_mariadb}[kind]
        note = shared / f"prepared-{kind}.txt"
        with (shared / f"prepared-{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not note.exists():
                note.write_text(str(maker(tmp_path_factory.mktemp(f"prepared-{kind}"))))
        return Path(note.read_text())

    return prepare


@pytest.fixture
def start_site(
    prepared: Callable[[str], Path],
    tmp_path: Path,
    pytestconfig: pytest.Config,
    django_db_blocker: DjangoDbBlocker,
    request: pytest.FixtureRequest,
) -> Iterator[StartSite]:
    """Start a site: `transport` ("in_process" or "http"), `database` ("sqlite" or "mariadb") and its options (such as
    "&isolation_level=repeatable%20read"), `is_durable` (the broker writes down what it has), and BULK_OPERATIONS by
    their names. Workers are started by the test.
    """
    sites: list[Site] = []
    request.node.sites = sites

    def start(
        *,
        transport: str = "in_process",
        database: str | None = None,
        database_options: str = "",
        is_durable: bool = False,
        **settings: Any,
    ) -> Site:
        kind = database or pytestconfig.getoption("--database", default="sqlite")
        if kind == "mariadb" and not has_mariadb():
            pytest.skip("needs mariadbd and mysqlclient")
        folder = tmp_path / f"site{len(sites)}"
        processes = Processes(folder / "logs", {})
        site = Site(
            folder=folder,
            processes=processes,
            database=_copy(kind, prepared(kind), processes, folder, database_options),
            broker=Broker(processes, folder / "broker", is_durable=is_durable),
            transport=transport,
            settings=settings,
        )
        sites.append(site)
        site.start()
        return site

    with django_db_blocker.unblock():
        yield start
        for site in sites:
            site.stop()


@pytest.fixture
def site(start_site: StartSite) -> Site:
    """A site as most tests need it: in-process calls, and the database of --database."""
    return start_site()


@pytest.fixture
def mariadb_site(start_site: StartSite) -> Site:
    """A site on MariaDB, whatever --database says."""
    return start_site(database="mariadb")


@pytest.fixture
def http_site(start_site: StartSite) -> Site:
    """A site whose workers call discovery over HTTP."""
    return start_site(transport="http")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """The invariants belong to the test: it fails with them."""
    result = yield
    for started in getattr(pyfuncitem, "sites", []):
        check_invariants(started)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show the ends of the processes' logs with a test that failed."""
    report = yield
    if report.failed:
        for started in getattr(item, "sites", []):
            for name, text in started.processes.logs().items():
                report.sections.append((name, "\n".join(text.splitlines()[-SHOWN_LOG_LINES:])))
    return report


def _copy(kind: str, source: Path, processes: Processes, folder: Path, options: str) -> Database:
    if kind == "mariadb":
        return copy_mariadb(source, processes, folder / "data", options)
    return copy_sqlite(source, folder / "site.sqlite3")
