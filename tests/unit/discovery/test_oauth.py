"""Tokens of the http transport over real sockets: when they are asked for, what a refusal and an outage lead to."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest

from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.discovery import oauth
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.discovery.oauth import TokenClient
from course_discovery_bulk.exceptions import Misconfigured, TokenUnavailable, Transient, Unauthenticated

SECRET = "the-secret-of-the-client"
STAFF: Any = SimpleNamespace(is_staff=True)


@dataclass
class Service:
    """A token endpoint and discovery in one: hands out token-1, token-2, ... and takes those in `taken`."""

    url: str = ""
    endpoint_status: int = 200
    life: float | None = 3600
    delay: float = 0.0  # seconds that the endpoint takes, at most until the test is over
    stopped: threading.Event = field(default_factory=threading.Event)
    taken: Callable[[str], bool] = lambda token: True
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    calls: list[tuple[str, str, str]] = field(default_factory=list)  # method, token, body


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/oauth2/access_token":
            self._give_token(parse_qs(body))
        else:
            self._call(body)

    def do_OPTIONS(self) -> None:
        self._call("")

    def _give_token(self, form: dict[str, list[str]]) -> None:
        self.service.asked.append(form)
        self.service.stopped.wait(self.service.delay)
        token = f"token-{len(self.service.asked)}"
        self._answer(self.service.endpoint_status, {"access_token": token, "expires_in": self.service.life})

    def _call(self, body: str) -> None:
        token = (self.headers.get("Authorization") or "").removeprefix("JWT ")
        self.service.calls.append((self.command, token, body))
        if self.service.taken(token):
            self._answer(200, {"name": "courses", "uuid": "u"})
        else:
            self._answer(401, {"detail": "Token has expired."})

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        raw = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        with suppress(OSError):  # the client may be gone by now
            self.end_headers()
            self.wfile.write(raw)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHandler", (Handler,), {"service": made}))
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    oauth.token_source.cache_clear()
    yield made
    made.stopped.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The clock of the token source, to be moved by hand."""
    now = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(oauth, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    return now


def open_to(service: Service, **changes: Any) -> DiscoveryClient:
    chosen = {"discovery_url": service.url, "oauth_url": service.url, "oauth_client_id": "bulk"}
    settings = BulkSettings(transport="http", oauth_client_secret=SECRET, **{**chosen, **changes})
    return open_client(STAFF, host="", settings=settings)


def tokens(service: Service) -> list[str]:
    return [token for _method, token, _body in service.calls]


def test_one_token_serves_all_clients_of_a_process(service: Service) -> None:
    open_to(service).course_options()
    open_to(service).course_options()

    assert tokens(service) == ["token-1", "token-1"]
    assert service.asked == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["bulk"],
            "client_secret": [SECRET],
            "token_type": ["jwt"],
        }
    ]


def test_another_client_has_a_token_of_its_own(service: Service) -> None:
    open_to(service).course_options()
    open_to(service, oauth_client_id="other").course_options()

    assert tokens(service) == ["token-1", "token-2"]


def test_a_token_is_renewed_a_minute_before_it_ends(service: Service, clock: SimpleNamespace) -> None:
    client = open_to(service)
    client.course_options()

    clock.seconds += 3538
    client.course_options()
    clock.seconds += 3
    client.course_options()

    assert tokens(service) == ["token-1", "token-1", "token-2"]


def test_of_a_short_token_half_its_life_is_used(service: Service, clock: SimpleNamespace) -> None:
    service.life = 40
    client = open_to(service)
    client.course_options()

    clock.seconds += 15
    client.course_options()
    clock.seconds += 10
    client.course_options()

    assert tokens(service) == ["token-1", "token-1", "token-2"]


def test_a_refused_token_is_replaced_and_the_call_sent_once_more(service: Service) -> None:
    service.taken = lambda token: token != "token-1"
    client = open_to(service)

    client.create_course({"title": "T"})
    client.create_course({"title": "U"})

    assert service.calls == [
        ("POST", "token-1", '{"title": "T"}'),
        ("POST", "token-2", '{"title": "T"}'),
        ("POST", "token-2", '{"title": "U"}'),
    ]
    assert len(service.asked) == 2


def test_while_every_token_is_refused_no_more_are_asked_for(service: Service) -> None:
    service.taken = lambda token: False
    client = open_to(service)

    for _try in range(3):
        with pytest.raises(Unauthenticated, match=r"Token has expired\."):
            client.course_options()

    assert tokens(service) == ["token-1", "token-2", "token-2", "token-2"]
    assert len(service.asked) == 2


def test_after_an_outage_a_refusal_counts_anew(service: Service) -> None:
    service.taken = lambda token: False
    client = open_to(service)
    with pytest.raises(Unauthenticated):
        client.course_options()

    service.taken = lambda token: token == "token-2"
    client.course_options()
    service.taken = lambda token: token == "token-3"
    client.course_options()

    assert tokens(service)[2:] == ["token-2", "token-2", "token-3"]


def test_while_the_endpoint_is_down_no_call_is_made_and_nobody_asks_again(
    service: Service, clock: SimpleNamespace
) -> None:
    service.endpoint_status = 503
    client = open_to(service, pause_seconds=30, max_pause_seconds=50)

    with pytest.raises(TokenUnavailable) as first:
        client.create_course({"title": "T"})
    clock.seconds += 20
    with pytest.raises(TokenUnavailable) as second:
        client.create_course({"title": "T"})

    assert isinstance(first.value, Transient)
    assert (first.value.retry_after, second.value.retry_after) == (30, 10)
    assert (len(service.asked), service.calls) == (1, [])


def test_the_pause_doubles_up_to_its_limit_and_ends_with_a_token(service: Service, clock: SimpleNamespace) -> None:
    service.endpoint_status = 500
    client = open_to(service, pause_seconds=30, max_pause_seconds=50)
    waits = []
    for _outage in range(3):
        with pytest.raises(TokenUnavailable) as found:
            client.course_options()
        waits.append(found.value.retry_after)
        clock.seconds += 51

    service.endpoint_status = 200
    client.course_options()

    assert waits == [30, 50, 50]
    assert tokens(service) == ["token-4"]


@pytest.mark.parametrize("life", [None, "soon"])
def test_an_answer_without_a_token_or_its_end_is_an_outage(service: Service, life: Any) -> None:
    service.life = life

    with pytest.raises(TokenUnavailable):
        open_to(service).course_options()


def test_an_endpoint_that_nobody_listens_at_is_an_outage(service: Service) -> None:
    with pytest.raises(TokenUnavailable):
        open_to(service, oauth_url="http://127.0.0.1:9").course_options()

    assert service.calls == []


def test_a_slow_endpoint_holds_nobody_longer_than_its_own_timeout(service: Service) -> None:
    service.delay = 5.0
    started = time.monotonic()

    with pytest.raises(TokenUnavailable):
        open_to(service, oauth_read_seconds=0.2).course_options()

    assert time.monotonic() - started < 2
    assert service.calls == []


@pytest.mark.parametrize("status", [400, 401, 403])
def test_wrong_credentials_are_no_outage(service: Service, status: int) -> None:
    service.endpoint_status = status

    with pytest.raises(Misconfigured, match="refuses the client id"):
        open_to(service).course_options()

    assert service.calls == []


def test_the_secret_is_in_no_message_and_no_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.endpoint_status = 401

    with caplog.at_level(logging.DEBUG), pytest.raises(Misconfigured) as found:
        open_to(service).course_options()

    shown = [repr(found.value), repr(vars(found.value)), *(repr(vars(record)) for record in caplog.records)]
    assert found.value.__cause__ is None
    assert not any(SECRET in text for text in shown)
    assert SECRET not in repr(
        TokenClient(
            url="u",
            client_id="c",
            client_secret=SECRET,
            connect_seconds=1,
            read_seconds=1,
            pause_seconds=1,
            max_pause_seconds=1,
        )
    )


def test_without_the_library_the_answer_says_what_to_install(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "edx_rest_api_client.client", None)

    with pytest.raises(Misconfigured, match="install the extra http"):
        open_to(service).course_options()
