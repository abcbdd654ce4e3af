"""Trouble on the line: no call hangs, and what may have been sent is told from what was not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest

from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import DiscoveryError, Misconfigured, Transient
from tests.unit.discovery.serving import (
    CALLS,
    PATIENCE,
    Answer,
    Handler,
    connect,
    create,
    read,
    says,
    serving,
    update,
)


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
