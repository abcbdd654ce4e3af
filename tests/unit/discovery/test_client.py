"""The client over real sockets: how calls look on the wire, and that no answer can hang, flood or mislead a worker.

Every server listens on 127.0.0.1 at a port of the system's choice and stops with its test.
"""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from course_discovery_bulk import __version__
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.discovery import lists
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.exceptions import AnswerLost, Conflict, DiscoveryError, Misconfigured, Refused, Transient

TOKEN = "token-of-the-service"
SETTINGS = BulkSettings(
    transport="http", discovery_token=TOKEN, connect_seconds=0.3, read_seconds=0.3, max_answer_bytes=100_000
)
STAFF: Any = SimpleNamespace(is_staff=True)
PATIENCE = 3.0  # seconds that a bounded call may take on a busy machine

Answer = Callable[["Handler"], None]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)


@dataclass
class Site:
    """A server that answers as told and notes what it was asked."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.seen.append(Seen(self.command, self.path, headers, self.rfile.read(length)))
        self.close_connection = True
        with suppress(OSError):  # the client may be gone by now, which is what several tests are about
            self.site.next_answer()(self)

    do_GET = do_POST = do_PATCH = do_OPTIONS = answer  # noqa: N815 - the base class looks for these

    def log_message(self, *arguments: object) -> None:
        """Silence."""


@contextmanager
def serving(*answers: Answer) -> Iterator[Site]:
    site = Site(answers=list(answers))
    handler = type("SiteHandler", (Handler,), {"site": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.stopped.set()
            server.shutdown()
            thread.join()


def says(body: Any, status: int = 200, **headers: str) -> Answer:
    """Answers with bytes as they are, or anything else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), "Connection": "close", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def page(*keys: str, following: str | None = None) -> Answer:
    return says({"results": [{"key": key} for key in keys], "next": following, "previous": None})


def connect(site: Site | str, settings: BulkSettings = SETTINGS) -> DiscoveryClient:
    url = site if isinstance(site, str) else site.url
    return open_client(STAFF, host="", settings=replace(settings, discovery_url=url))


def create(client: DiscoveryClient) -> None:
    client.create_course({"title": "x"})


def update(client: DiscoveryClient) -> None:
    client.update_course("edX+CS101", {"title": "x"})


def read(client: DiscoveryClient) -> None:
    client.get_course("edX+CS101")


WHATEVER = {"key": "x", "uuid": "x", "name": "x", "results": [], "next": None}  # a success of any call
CALLS = [(create, AnswerLost), (update, Transient), (read, Transient)]


# --- how calls look


def test_a_creation_is_one_post_of_json() -> None:
    with serving(says({**WHATEVER, "key": "edX+CS101"}, 201)) as site:
        answer = connect(site).marked("bulk-1-2-1").create_course({"title": "Éléments 🎓"})

    assert answer["key"] == "edX+CS101"
    (seen,) = site.seen
    assert (seen.method, seen.target) == ("POST", "/api/v1/courses/")
    assert json.loads(seen.body) == {"title": "Éléments 🎓"}
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["x-request-id"] == "bulk-1-2-1"
    assert seen.headers["authorization"] == f"JWT {TOKEN}"
    assert seen.headers["user-agent"] == f"course-discovery-bulk/{__version__}"


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        (lambda client: client.update_course("edX+CS101", {}), "PATCH", "/api/v1/courses/edX+CS101/"),
        (lambda client: client.get_course("edX+CS101"), "GET", "/api/v1/courses/edX+CS101/"),
        (
            lambda client: client.update_run("course-v1:edX+CS101+1T2027", {}),
            "PATCH",
            "/api/v1/course_runs/course-v1:edX+CS101+1T2027/",
        ),
        (
            lambda client: client.get_run("course-v1:edX+CS101+1T2027"),
            "GET",
            "/api/v1/course_runs/course-v1:edX+CS101+1T2027/",
        ),
        (lambda client: client.get_course("../../admin?x#y z"), "GET", "/api/v1/courses/..%2F..%2Fadmin%3Fx%23y%20z/"),
        (lambda client: client.create_collaborator({"name": "x"}), "POST", "/api/v1/collaborators/"),
        (lambda client: client.course_options(), "OPTIONS", "/api/v1/courses/"),
        (lambda client: client.run_options(), "OPTIONS", "/api/v1/course_runs/"),
    ],
)
def test_where_calls_go(call: Callable[[DiscoveryClient], Any], method: str, path: str) -> None:
    with serving(says(WHATEVER)) as site:
        call(connect(site))

    (seen,) = site.seen
    assert (seen.method, urlsplit(seen.target).path) == (method, path)
    assert path.endswith("/")  # without the slash discovery redirects, and the body is lost


def test_a_base_address_may_end_in_a_slash() -> None:
    with serving(says(WHATEVER)) as site:
        connect(f"{site.url}/").course_options()

    assert site.seen[0].target == "/api/v1/courses/"


def test_every_read_of_a_state_asks_anew() -> None:
    with serving(says({"results": [], "next": None, "uuid": "1"})) as site:
        client = connect(site)
        for _time in range(2):
            list(client.get_courses(["edX+A"]))
            client.get_course("edX+A")
            client.get_run("course-v1:edX+A+1T2027")
            list(client.list_editors("1"))
            list(client.list_subjects())
            list(client.list_collaborators())

    markers = [seen.query["_"][0] for seen in site.seen]
    assert len(set(markers)) == 12


def test_a_plus_in_keys_is_no_blank() -> None:
    with serving(says({"results": []})) as site:
        list(connect(site).get_courses(["edX+CS101", "edX+CS102"]))

    (seen,) = site.seen
    assert "keys=edX%2BCS101%2CedX%2BCS102" in seen.target
    assert (seen.query["editable"], seen.query["limit"]) == (["1"], ["2"])


def test_many_keys_are_asked_for_in_addresses_that_servers_take() -> None:
    keys = [f"edX+COURSE-WITH-A-LONG-NUMBER-{number:04}" for number in range(250)]
    with serving(says({"results": [{"key": "x"}]})) as site:
        answers = list(connect(site).get_courses(keys))

    asked = [seen.query["keys"][0].split(",") for seen in site.seen]
    assert [key for batch in asked for key in batch] == keys
    assert max(len(seen.target) for seen in site.seen) < 4000
    assert [seen.query["limit"] for seen in site.seen] == [[str(len(batch))] for batch in asked]
    assert len(answers) == len(site.seen) >= 3


def test_a_call_that_belongs_to_no_row_is_logged_with_the_id_that_it_carried(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "course_discovery_bulk")
    with serving(says({"detail": "Not found."}, status=404)) as site:
        client = connect(site)
        for asked in (client, client.marked("bulk-7-3-1")):
            with pytest.raises(DiscoveryError):
                asked.course_options()

    carried = [seen.headers["x-request-id"] for seen in site.seen]
    assert [record.request_id for record in caplog.records if record.event == "bulk.call_failed"] == carried
    assert str(uuid.UUID(carried[0])) == carried[0]
    assert carried[1] == "bulk-7-3-1"


def test_no_keys_no_request() -> None:
    with serving(says(WHATEVER)) as site:
        assert list(connect(site).get_courses([])) == []

    assert site.seen == []


def test_calls_that_are_not_marked_can_still_be_told_apart() -> None:
    with serving(says(WHATEVER)) as site:
        client = connect(site)
        client.course_options()
        client.course_options()

    assert len({seen.headers["x-request-id"] for seen in site.seen}) == 2


# --- lists


def test_a_list_is_read_to_its_end() -> None:
    with serving(page("a", "b")) as site:
        site.answers[:] = [page("a", "b", following=f"{site.url}/api/v1/collaborators/?cursor=c%2B1"), page("c")]
        found = [item["key"] for item in connect(site).list_collaborators()]

    assert found == ["a", "b", "c"]
    assert site.seen[1].target == "/api/v1/collaborators/?cursor=c%2B1"


@pytest.mark.parametrize("following", ["{other}/api/v1/subjects/?page=2", "//evil.invalid/api/v1/subjects/?page=2"])
def test_the_next_page_is_asked_of_our_own_base(following: str) -> None:
    with serving(page("stolen")) as other, serving(page("a")) as site:
        site.answers[:] = [page("a", following=following.format(other=other.url)), page("b")]
        found = [item["key"] for item in connect(site).list_subjects()]

    assert found == ["a", "b"]
    assert other.seen == []
    assert site.seen[1].target == "/api/v1/subjects/?page=2"


def test_a_list_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_PAGES", 3)
    endless = page("a", following="http://x/api/v1/sources/?page=2")

    with serving(endless) as site, pytest.raises(Misconfigured, match="has no end"):
        list(connect(site).list_sources())

    assert len(site.seen) == 3


@pytest.mark.parametrize("body", [[], {"count": 0}, "text", None])
def test_a_list_that_is_none_is_no_empty_list(body: Any) -> None:
    with serving(says(body)) as site, pytest.raises(Misconfigured):
        list(connect(site).list_sources())


# --- redirects and credentials


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("call", [create, update, read])
def test_no_redirect_is_followed(call: Callable[[DiscoveryClient], None], status: int) -> None:
    with serving(says(WHATEVER)) as other:
        away = says(b"", status, Location=f"{other.url}/api/v1/courses/")
        with serving(away) as site, pytest.raises(Misconfigured):
            call(connect(site))

    assert other.seen == []
    assert len(site.seen) == 1


def test_the_environment_sends_nothing_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(says(WHATEVER)) as proxy, serving(says(WHATEVER)) as site:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        connect(site).course_options()

    assert proxy.seen == []
    assert site.seen[0].headers["authorization"] == f"JWT {TOKEN}"


def test_the_token_is_in_no_error() -> None:
    with serving(says(f'"{TOKEN[:3]} refused"'.encode(), 400)) as site:
        with pytest.raises(Refused) as raised:
            create(connect(site))
        with pytest.raises(Transient) as unreachable:
            read(connect("http://127.0.0.1:1"))

    for error in (raised.value, unreachable.value):
        assert TOKEN not in f"{error!r} {error.__cause__!r} {vars(error)}"


@pytest.mark.parametrize(
    ("user", "changes"),
    [
        (SimpleNamespace(is_staff=False, is_superuser=False), {}),
        (STAFF, {"discovery_token": ""}),
        (STAFF, {"discovery_url": ""}),
    ],
)
def test_the_http_transport_is_for_staff_and_needs_its_settings(user: Any, changes: dict[str, Any]) -> None:
    chosen = replace(SETTINGS, **{"discovery_url": "https://discovery.example.org", **changes})

    with pytest.raises(Misconfigured):
        open_client(user, host="", settings=chosen)


# --- answers


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, "Failed to set data: Source matching query does not exist.", Refused),
        (400, "Failed to set data: A course with key [edX+A] already exists.", Conflict),
        (503, "busy", Transient),
        (502, "gateway", AnswerLost),
    ],
)
def test_an_answer_that_is_no_success_is_raised(status: int, body: str, kind: type[DiscoveryError]) -> None:
    with serving(says(body, status, Retry_After="7")) as site, pytest.raises(kind) as raised:
        create(connect(site))

    assert raised.value.status == status
    assert len(site.seen) == 1  # nothing is sent again behind the caller's back
    assert raised.value.retry_after == (7.0 if status == 503 else None)


@pytest.mark.parametrize("body", [b"", b"<html>ok</html>", b"[]", b"{}", b'"text"', b"null", b"{"])
@pytest.mark.parametrize(("call", "kind"), CALLS)
def test_a_success_that_cannot_be_read_is_a_lost_answer(
    call: Callable[[DiscoveryClient], None], kind: type[DiscoveryError], body: bytes
) -> None:
    with serving(says(body)) as site, pytest.raises(DiscoveryError) as raised:
        call(connect(site))

    assert type(raised.value) is kind


@pytest.mark.parametrize(("call", "kind"), CALLS)
def test_an_answer_that_is_too_large_is_not_read_to_its_end(
    call: Callable[[DiscoveryClient], None], kind: type[DiscoveryError]
) -> None:
    with serving(says(b'{"x": "' + b"y" * 1_000_000 + b'"}')) as site, pytest.raises(DiscoveryError) as raised:
        call(connect(site))

    assert isinstance(raised.value, kind)
    assert "too large" in raised.value.detail


def test_an_answer_that_would_unpack_to_too_much_is_never_unpacked() -> None:
    packed = gzip.compress(b'{"x": "' + b"y" * 20_000_000 + b'"}')
    assert len(packed) < SETTINGS.max_answer_bytes

    with serving(says(packed, Content_Encoding="gzip")) as site, pytest.raises(Transient, match="not JSON"):
        read(connect(site))


def test_an_answer_just_within_the_bound_is_read() -> None:
    body = b'{"name": "' + b"y" * (SETTINGS.max_answer_bytes - 12) + b'"}'
    assert len(body) == SETTINGS.max_answer_bytes

    with serving(says(body)) as site:
        assert len(connect(site).course_options()["name"]) == SETTINGS.max_answer_bytes - 12


# --- trouble on the line


def waits(handler: Handler) -> None:
    handler.site.stopped.wait(PATIENCE * 2)


def hangs_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def breaks_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"key": ')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def drips(handler: Handler) -> None:
    """One byte at a time, each well within the time that the next may take."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    _drip(handler, b"%s")


def drips_in_chunks(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    _drip(handler, b"1\r\n%s\r\n")


def _drip(handler: Handler, form: bytes) -> None:
    gives_up = time.monotonic() + PATIENCE * 1.2
    while time.monotonic() < gives_up and not handler.site.stopped.wait(0.1):
        handler.wfile.write(form % b" ")
        handler.wfile.flush()


@pytest.mark.parametrize("answer", [waits, hangs_up, breaks_off, drips_in_chunks])
@pytest.mark.parametrize(("call", "kind"), CALLS)
def test_a_call_that_gets_no_whole_answer_ends_in_time(
    call: Callable[[DiscoveryClient], None], kind: type[DiscoveryError], answer: Answer
) -> None:
    started = time.monotonic()

    with serving(answer) as site, pytest.raises(DiscoveryError) as raised:
        call(connect(site))

    assert type(raised.value) is kind
    assert raised.value.status is None
    assert time.monotonic() - started < PATIENCE
    assert len(site.seen) == 1


def test_an_answer_of_known_length_that_drips_ends_in_time() -> None:
    started = time.monotonic()

    with serving(drips) as site, pytest.raises(Transient):
        read(connect(site))

    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize(("call", "kind"), CALLS)
def test_a_secured_connection_that_breaks_is_no_mistake_of_the_settings(
    call: Callable[[DiscoveryClient], None], kind: type[DiscoveryError]
) -> None:
    """Whether that was before or after the request was sent is more than the error tells."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_hang_up_on, args=(server,), daemon=True).start()
        with pytest.raises(DiscoveryError) as raised:
            call(connect(f"https://127.0.0.1:{server.getsockname()[1]}"))

    assert type(raised.value) is kind


def _hang_up_on(server: socket.socket) -> None:
    """Read the greeting, and end the connection in good order where a certificate would be due."""
    caller, _address = server.accept()
    with caller:
        caller.recv(4096)
        caller.shutdown(socket.SHUT_WR)


def test_a_server_that_is_not_secured_is_a_mistake_of_the_settings() -> None:
    with serving(says({})) as site, pytest.raises(Misconfigured):
        read(connect(site.url.replace("http://", "https://")))


@pytest.mark.parametrize("call", [create, update, read])
def test_where_nobody_listens_nothing_was_sent(call: Callable[[DiscoveryClient], None]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound, so that nobody else takes it, but not listening
        with pytest.raises(Transient):
            call(connect(f"http://127.0.0.1:{free.getsockname()[1]}"))


@pytest.mark.parametrize("call", [create, read])
def test_a_host_that_has_no_address_got_nothing(
    call: Callable[[DiscoveryClient], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(Transient):
        call(connect("http://discovery.example.org"))
