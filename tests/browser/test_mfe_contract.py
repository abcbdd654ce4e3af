"""Publisher's calls from a browser: another origin, cookies, and the sandbox as processes behind a real socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from sandbox.demo.processes import Child, wait_until
from sandbox.demo.site import Site
from sandbox.discovery.tokens import issue_token

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
CSV = (
    "organization,title,number,course_enrollment_track,course_run_enrollment_track,verified_price,"
    "course_pacing,start_date,end_date\n"
    "edX,A course,{number},Verified and Audit,Verified and Audit,49.00,Self-Paced,2027-09-01,2027-12-15\n"
)
RUN_SECONDS = 60.0
TASK_FIELDS = {
    "id",
    "csv_file",
    "uploaded_by",
    "task_summary",
    "task_type",
    "status",
    "task_id",
    "created",
    "modified",
    "result",
}


class PageHandler(SimpleHTTPRequestHandler):
    """Serves the page and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, directory=str(HERE), **kwargs)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[], str]]:
    """Starts a server of the page, each an origin of its own."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start() -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), PageHandler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def origin(serve: Callable[[], str]) -> str:
    """Where Publisher is."""
    return serve()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, origin: str) -> Iterator[Site]:
    """The whole sandbox, to which Publisher's origin is known."""
    with Site(tmp_path_factory.mktemp("site")) as started:
        started.environment["SANDBOX_ORIGINS"] = origin
        started.broker.start()
        started.make_database()
        started.await_web(started.start_web())
        yield started


@pytest.fixture(scope="module")
def worker(site: Site) -> Child:
    started = site.start_worker()
    site.await_worker(started)
    return started


@pytest.fixture
def open_page(chromium: Browser, site: Site, origin: str) -> Iterator[Callable[..., Page]]:
    """Opens Publisher's page with the login cookies of somebody; None is nobody."""
    contexts: list[BrowserContext] = []

    def open_as(user: str | None, *, at: str = origin) -> Page:
        context = chromium.new_context(accept_downloads=True)
        contexts.append(context)
        if user:
            context.add_cookies(login_cookies(user))
        page = context.new_page()
        page.goto(f"{at}/publisher_page.html?site={site.url}")
        return page

    yield open_as
    for context in contexts:
        context.close()


def login_cookies(user: str) -> list[Any]:
    head, _, signature = issue_token(user).rpartition(".")
    values = {"edx-jwt-cookie-header-payload": head, "edx-jwt-cookie-signature": signature}
    return [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"} for name, value in values.items()]


def upload(page: Page, number: str, *, name: str = "courses.csv", task_type: str = "course_create") -> Any:
    arguments = [CSV.format(number=number), name, task_type]
    return page.evaluate("([content, name, type]) => upload(content, name, type)", arguments)


def listed(page: Page, *arguments: Any) -> Any:
    return page.evaluate("(given) => list(...given)", list(arguments))


def finish(page: Page, pk: int, worker: Child) -> Any:
    """Wait for the end of a task as somebody does who reloads its page."""

    def is_over() -> bool:
        return page.evaluate("detail", pk)["data"]["status"] not in ("pending", "validating", "processing")

    wait_until(is_over, RUN_SECONDS, worker, pause=lambda seconds: page.wait_for_timeout(1000 * max(seconds, 0.2)))
    return page.evaluate("detail", pk)["data"]


def test_an_upload_runs_and_is_found_again(open_page: Callable[..., Page], worker: Child) -> None:
    page = open_page("editor")

    made = upload(page, "MFE1", name="autumn courses (1).csv")
    done = finish(page, made["data"]["id"], worker)

    assert (made["status"], made["data"]["status"]) == (201, "pending")
    assert set(made["data"]) >= TASK_FIELDS
    assert (done["uploaded_by"], done["task_type"], done["status"]) == ("editor", "course_create", "completed")
    assert done["csv_file"].split("/")[-1] == "autumn_courses_(1).csv"  # what Publisher's list shows
    assert done["task_id"]
    assert done["task_summary"]["summary"]["success_count"] == 1
    assert done["task_summary"]["errors"] == {}


@pytest.mark.parametrize("task_type", ["course_create", "course_rerun", "partial_updates", "course_editor_update"])
def test_every_operation_of_the_page_is_known(open_page: Callable[..., Page], task_type: str) -> None:
    answer = upload(open_page("editor"), "MFE2", task_type=task_type)

    if task_type == "course_create":
        assert answer["status"] == 201
    else:  # the file is one of another operation, which is said of its columns and not of the operation
        assert (answer["status"], answer["data"]["code"]) == (400, "UPLOAD_REFUSED")


def test_the_list_is_in_pages_newest_first_and_can_be_narrowed(open_page: Callable[..., Page], worker: Child) -> None:
    page = open_page("mit_editor")
    made = [upload(page, f"MFE3{number}")["data"]["id"] for number in range(3)]
    for pk in made:
        finish(page, pk, worker)

    first, second = listed(page, 0, 2), listed(page, 1, 2)
    failed, completed = listed(page, 0, 10, "failed"), listed(page, 0, 10, "completed")

    assert [first["data"]["count"], second["data"]["count"]] == [3, 3]
    assert [task["id"] for part in (first, second) for task in part["data"]["results"]] == made[::-1]
    assert {task["csv_file"].split("/")[-1] for task in first["data"]["results"]} == {"courses.csv"}
    # An editor of MITx may not make courses of edX.
    assert [task["id"] for task in failed["data"]["results"]] == made[::-1]
    assert completed["data"] == {"count": 0, "next": None, "previous": None, "results": []}


def test_the_file_is_previewed_and_downloaded(open_page: Callable[..., Page]) -> None:
    page = open_page("editor")
    pk = upload(page, "MFE4", name="autumn.csv")["data"]["id"]
    address = page.evaluate("detail", pk)["data"]["csv_file"]

    content = page.evaluate("preview", address)
    with page.context.expect_event("download") as saved:
        page.click("#download")

    assert content == CSV.format(number="MFE4")
    assert address.split("/")[-1] == "autumn.csv"
    assert saved.value.suggested_filename == "autumn.csv"
    assert Path(saved.value.path()).read_text(encoding="utf-8") == content


def test_the_link_needs_no_cookies_and_no_known_origin(
    open_page: Callable[..., Page], serve: Callable[[], str]
) -> None:
    page = open_page("editor")
    pk = upload(page, "MFE5")["data"]["id"]
    address = page.evaluate("detail", pk)["data"]["csv_file"]
    stranger = open_page(None, at=serve())

    assert stranger.evaluate("preview", address) == CSV.format(number="MFE5")
    assert "expired" not in stranger.evaluate("preview", address)
    altered = address.replace("/files/", "/files/1")
    assert "NOT_FOUND" in stranger.evaluate("preview", altered)


def test_another_origin_gets_nothing_even_with_cookies(
    open_page: Callable[..., Page], serve: Callable[[], str]
) -> None:
    page = open_page("editor", at=serve())

    with pytest.raises(Error, match="Failed to fetch"):
        listed(page, 0, 10)


def test_a_write_without_the_csrf_token_is_refused(open_page: Callable[..., Page]) -> None:
    page = open_page("editor")
    before = listed(page, 0, 1)["data"]["count"]

    answer = page.evaluate("upload('a,b', 'a.csv', 'course_create', false)")

    assert answer["status"] == 401
    assert listed(page, 0, 1)["data"]["count"] == before


def test_without_cookies_the_page_is_told_so(open_page: Callable[..., Page]) -> None:
    assert listed(open_page(None), 0, 10)["status"] == 401


def log_in(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#id_username", "staff")
    page.fill("#id_password", "staff")
    page.click("input[type=submit]")


def test_the_login_sends_people_back_to_publisher_and_nowhere_else(
    open_page: Callable[..., Page], serve: Callable[[], str], site: Site
) -> None:
    page = open_page(None)
    publisher, stranger = page.url, f"{serve()}/publisher_page.html"

    log_in(page, f"{site.url}/login/?{urlencode({'next': publisher})}")
    assert page.url == publisher

    log_in(page, f"{site.url}/login/?{urlencode({'next': stranger})}")
    assert page.url.startswith(site.url)


def test_cookies_come_from_a_login(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(None)
    publisher = page.url
    log_in(page, f"{site.url}/admin/login/?next=/admin/")
    page.goto(publisher)

    refreshed = page.evaluate("refreshLogin()")

    assert refreshed["data"]["success"] is True
    assert listed(page, 0, 10)["status"] == 200
    visible = page.evaluate("document.cookie")
    assert "edx-jwt-cookie-header-payload=" in visible
    assert "edx-jwt-cookie-signature" not in visible
