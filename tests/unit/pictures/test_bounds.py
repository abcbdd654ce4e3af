"""What a download may cost: so much time, so many bytes, and nothing that has to be unpacked."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from http.server import BaseHTTPRequestHandler

import pytest
import trustme

from course_discovery_bulk.pictures.images import ImageErrorCode, download_image
from course_discovery_bulk.pictures.pinned_connection import Deadline
from tests.unit.pictures.samples import picture
from tests.unit.pictures.servers import Answer, Listen, body, raw, redirect, tls_for
from tests.unit.pictures.world import HOST, World, policy_for, refusal, within

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", pause=0.05, forever=True), id="head"),
        pytest.param(raw(HEAD + b"Content-Length: 100000\r\n\r\n", b"a", pause=0.05, forever=True), id="body"),
        pytest.param(raw(HEAD + b"\r\n", b"a", pause=0.05, forever=True), id="body without a length"),
        pytest.param(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", pause=0.05, forever=True), id="chunks"
        ),
        pytest.param(raw(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.05, forever=True), id="continue"),
        pytest.param(raw(b"", pause=5), id="silence"),
    ],
)
def test_a_slow_drip_ends_on_time(world: World, listen: Listen, answer: Answer) -> None:
    server = listen(answer)

    with within(2):
        error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server, total_seconds=0.5))

    assert error.code is ImageErrorCode.TIMEOUT


def test_a_slow_drip_over_tls_ends_on_time(world: World, listen: Listen, authority: trustme.CA, ca_bundle: str) -> None:
    server = listen(raw(HEAD + b"\r\n", b"a", pause=0.05, forever=True), tls_for(authority, HOST))

    with within(2):
        error = refusal(
            f"https://{HOST}:{server.port}/a.png", policy_for(server, total_seconds=0.5, ca_bundle=ca_bundle)
        )

    assert error.code is ImageErrorCode.TIMEOUT


def test_the_whole_chain_of_redirects_shares_the_time(world: World, listen: Listen) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.4)
        redirect("/again")(handler)

    server = listen(slow)

    with within(1.5):
        error = refusal(f"http://{HOST}:{server.port}/a", policy_for(server, total_seconds=0.6))

    assert error.code is ImageErrorCode.TIMEOUT


def test_a_handshake_that_never_comes_ends_on_time(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with within(2):
            error = refusal(f"https://{HOST}:{port}/a.png", policy_for(ports=(port,), connect_seconds=0.3))

    assert error.code is ImageErrorCode.TIMEOUT


def test_a_name_lookup_that_hangs_ends_on_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: release.wait(10) and [])

    with within(2):
        error = refusal(f"http://{HOST}/a.png", policy_for(total_seconds=0.3))

    release.set()
    assert error.code is ImageErrorCode.TIMEOUT


def test_a_connection_made_after_the_time_is_cut_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.01) as deadline:
        time.sleep(0.1)

        deadline.watch(ours)

        assert theirs.recv(1) == b""


def test_a_declared_size_over_the_limit_is_refused_unread(world: World, listen: Listen) -> None:
    server = listen(raw(HEAD + b"Content-Length: 5000000000\r\n\r\n", pause=3))

    with within(2):
        assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.TOO_LARGE


@pytest.mark.parametrize("head", [b"", b"Transfer-Encoding: chunked\r\n"])
def test_an_endless_body_stops_at_the_limit_with_flat_memory(world: World, listen: Listen, head: bytes) -> None:
    block = bytes(65536)
    part = b"10000\r\n" + block + b"\r\n" if head else block
    server = listen(raw(HEAD + head + b"\r\n", part, forever=True))

    tracemalloc.start()
    error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server, max_bytes=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert error.code is ImageErrorCode.TOO_LARGE
    assert peak < 5_000_000


def test_no_compression_is_asked_for_and_none_accepted(world: World, listen: Listen) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server = listen(body(bomb, headers={"Content-Encoding": "gzip", "Content-Type": "image/png"}))

    tracemalloc.start()
    error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert error.code is ImageErrorCode.NOT_AN_IMAGE
    assert server.requests[0][1]["Accept-Encoding"] == "identity"
    assert peak < 5_000_000


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP, identity"])
def test_an_answer_called_compressed_is_refused_whatever_it_holds(world: World, listen: Listen, encoding: str) -> None:
    server = listen(body(picture(), headers={"Content-Encoding": encoding}))

    assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.NOT_AN_IMAGE


def test_an_answer_called_identity_is_read(world: World, listen: Listen) -> None:
    server = listen(body(picture(), headers={"Content-Encoding": "identity"}))

    assert download_image(f"http://{HOST}:{server.port}/", policy_for(server)).startswith("data:image/png;base64,")


def test_a_body_that_breaks_off_is_not_taken_for_whole(world: World, listen: Listen) -> None:
    server = listen(raw(HEAD + b"Content-Length: 100\r\n\r\n" + b"a" * 50))

    assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.UNREACHABLE
