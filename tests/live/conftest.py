"""Where the live suite runs: against the discovery that --discovery-url names, else against a sandbox it starts.

Every test runs as staff and as an editor of one organization. What the tests make has numbers that begin with LIVE
and a tag of the run; discovery has no way to delete courses, so it stays, and the report says what it is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.demo.site import Site
from sandbox.discovery.tokens import issue_token
from tests.live.api import Finished, Person
from tests.live.broker import redis_server

ROLES = ("staff", "editor")
REPORT = pytest.StashKey["Report"]()
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("live", "a running discovery that has the app installed")
    group.addoption("--discovery-url", default="", help="Its address; without it a sandbox is started.")
    group.addoption("--staff-token", default="", help="JWT of a member of staff.")
    group.addoption("--editor-token", default="", help="JWT of a member of an organization who is not staff.")
    group.addoption("--org", default="", help="Key of that organization; default: the first that the editor sees.")
    group.addoption("--redis-server", default="", help="Program of the sandbox's broker, instead of the demo's Valkey.")
    group.addoption("--report", type=Path, default=Path("live-report.json"), help="Where the report goes.")


@dataclass
class Entry:
    """One task that the suite ran."""

    test: str
    role: str
    operation: str
    task: int
    status: str
    rows: int
    statuses: list[str]
    seconds: float
    rows_per_second: float | None


@dataclass
class Report:
    """What was run, where, and what is left there."""

    site: str
    started: str
    tag: str
    tasks: list[Entry] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)

    def add(self, test: str, role: str, done: Finished) -> None:
        rate = round(len(done.rows) / done.seconds, 2) if done.seconds else None
        self.tasks.append(
            Entry(
                test=test,
                role=role,
                operation=done.task["task_type"],
                task=done.task["id"],
                status=done.task["status"],
                rows=len(done.rows),
                statuses=sorted(set(done.statuses)),
                seconds=round(done.seconds, 1),
                rows_per_second=rate,
            )
        )


@dataclass(frozen=True, kw_only=True)
class Words:
    """What cells may name in this discovery, taken from its own lists."""

    org: str
    other_org: str
    course_track: str
    run_track: str
    source: str
    level: str
    subject: str


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "role" in metafunc.fixturenames:
        metafunc.parametrize("role", ROLES, scope="module")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--discovery-url"):
        return
    missing = [name for name in ("--staff-token", "--editor-token") if not config.getoption(name)]
    if missing:
        raise pytest.UsageError(f"--discovery-url needs {' and '.join(missing)}")


@pytest.fixture(scope="session")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of discovery."""
    given = request.config.getoption("--discovery-url")
    if given:
        yield given
        return
    program = request.config.getoption("--redis-server")
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("sandbox")
        # Entered first, left last: the workers stop while their broker is still there.
        redis = stack.enter_context(redis_server(program, folder)) if program else None
        site = stack.enter_context(Site(folder))
        if redis:
            site.environment["SANDBOX_BROKER_URL"] = redis
        else:
            site.broker.start()
        site.make_database()
        site.await_web(site.start_web())
        site.await_worker(site.start_worker())
        yield site.url


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest, address: str) -> Report:
    made = Report(site=address, started=datetime.now(UTC).isoformat(timespec="seconds"), tag=_tag())
    request.config.stash[REPORT] = made
    return made


@pytest.fixture(scope="session")
def people(request: pytest.FixtureRequest, address: str) -> dict[str, Person]:
    tokens = {role: request.config.getoption(f"--{role}-token") or issue_token(role) for role in ROLES}
    return {role: Person(role, address, token) for role, token in tokens.items()}


@pytest.fixture(scope="session")
def staff(people: dict[str, Person]) -> Person:
    return people["staff"]


@pytest.fixture(scope="session")
def editor(people: dict[str, Person]) -> Person:
    return people["editor"]


@pytest.fixture(scope="module")
def person(role: str, people: dict[str, Person]) -> Person:
    return people[role]


@pytest.fixture(scope="session")
def words(request: pytest.FixtureRequest, staff: Person, editor: Person) -> Words:
    own = [item["key"] for item in editor.pages("/api/v1/organizations/")]
    org = request.config.getoption("--org") or own[0]
    assert org in own, f"the editor is no member of {org}"
    others = (item["key"] for item in staff.pages("/api/v1/organizations/") if item["key"] not in own)
    form = editor.ask("OPTIONS", "/api/v1/courses/").json()["actions"]["POST"]
    track, run_track = _paid_track(form["type"]["type_options"])
    return Words(
        org=org,
        other_org=next(others, ""),
        course_track=track,
        run_track=run_track,
        source=next(editor.pages("/api/v1/sources/"))["slug"],
        level=next(choice["value"] for choice in form["level_type"]["choices"] if choice["value"]),
        subject=next(editor.pages("/api/v1/subjects/"))["name"],
    )


@pytest.fixture
def record(request: pytest.FixtureRequest, report: Report) -> Any:
    """Puts a finished task into the report and hands it on."""

    def note(person: Person, done: Finished) -> Finished:
        report.add(request.node.name, person.role, done)
        if done.task["task_type"] in ("course_create", "course_rerun"):
            report.made += [row["object_key"] for row in done.rows if row["status"] == "succeeded"]
        return done

    return note


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    outcome = yield
    report = item.config.stash.get(REPORT, None)
    if report and (outcome.when == "call" or outcome.outcome != "passed"):
        report.outcomes[item.name] = outcome.outcome
    return outcome


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    report = config.stash.get(REPORT, None)
    if report is None:
        return
    path = config.getoption("--report")
    path.write_text(json.dumps(asdict(report), indent=2) + "\n", encoding="utf-8")
    terminalreporter.section(f"live suite against {report.site}")
    for entry in report.tasks:
        terminalreporter.write_line(
            f"{entry.operation:22}{entry.role:8}task {entry.task:<6}{entry.status:20}{entry.rows:4} rows "
            f"{entry.seconds:7.1f} s"
        )
    terminalreporter.write_line(f"{len(report.made)} courses and runs were made there; the report is {path}")


def _paid_track(options: list[dict[str, Any]]) -> tuple[str, str]:
    """Names of a course type that is sold and of its run type with a verified seat."""
    for option in options:
        run_types = [item["name"] for item in option["course_run_types"] if {"audit", "verified"} <= set(item["modes"])]
        if option["entitlement_types"] == ["verified"] and run_types:
            return option["name"], run_types[0]
    pytest.fail("this discovery has no course type with verified and audit seats")


def _tag() -> str:
    """A few letters that no earlier run had."""
    number = int(time.time())
    letters = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        letters = DIGITS[digit] + letters
    return letters
