"""A discovery that answers as a test says, over real sockets, and a client for it.

Every server listens on 127.0.0.1 at a port of the system's choice and stops with its test.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.exceptions import AnswerLost, Transient

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
