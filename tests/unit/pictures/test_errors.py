"""What an error tells: a code and the address that was given, never what was found there."""

from __future__ import annotations

import logging
import socket

import pytest

from course_discovery_bulk.pictures.image_url import showable
from course_discovery_bulk.pictures.images import ImageErrorCode, ImagePolicy, download_image
from tests.unit.pictures.servers import Answer, Listen, body, raw, redirect
from tests.unit.pictures.world import HOST, SECRET, World, policy_for, refusal


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, ImageErrorCode.NOT_FOUND),
        (403, ImageErrorCode.NOT_FOUND),
        (404, ImageErrorCode.NOT_FOUND),
        (410, ImageErrorCode.NOT_FOUND),
        (204, ImageErrorCode.UNREACHABLE),
        (206, ImageErrorCode.UNREACHABLE),
        (304, ImageErrorCode.UNREACHABLE),
        (429, ImageErrorCode.UNREACHABLE),
        (500, ImageErrorCode.UNREACHABLE),
        (503, ImageErrorCode.UNREACHABLE),
    ],
)
def test_an_error_tells_a_code_and_nothing_of_the_answer(
    world: World, listen: Listen, caplog: pytest.LogCaptureFixture, status: int, code: ImageErrorCode
) -> None:
    server = listen(body(SECRET.encode(), status=status, headers={"X-Inner": SECRET}))
    caplog.set_level(logging.INFO)

    error = refusal(f"http://{HOST}:{server.port}/a.png?token=mine", policy_for(server))

    assert error.code is code
    assert str(error) == f"{code.value}: http://{HOST}:{server.port}/a.png"
    assert SECRET not in caplog.text
    assert error.__cause__ is None  # nor does a traceback show what lies behind the code
    assert error.__suppress_context__


def test_an_error_does_not_tell_where_a_redirect_led(world: World, listen: Listen) -> None:
    server = listen(redirect("http://vault.inner.example.org/key"))
    world.names["vault.inner.example.org"] = [["10.0.0.1"]]

    error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server, ports=(server.port, 80)))

    assert error.code is ImageErrorCode.BLOCKED_ADDRESS
    assert error.url == f"http://{HOST}:{server.port}/a.png"
    assert "inner" not in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        raw(b"HTTP/1.1 two-hundred OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\nabcde"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 300 + b"\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 200_000),
        raw(b""),
    ],
)
def test_an_answer_that_is_no_http_is_unreachable(world: World, listen: Listen, answer: Answer) -> None:
    server = listen(answer)

    assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.UNREACHABLE


def test_a_name_nobody_knows_is_unreachable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> list[tuple]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    assert refusal("http://nowhere.example.org/a.png", ImagePolicy()).code is ImageErrorCode.UNREACHABLE


def test_a_network_that_is_none_is_the_operators_error_not_the_uploaders(world: World) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        download_image(f"http://{HOST}/a.png", ImagePolicy(allowed_networks=("10.0.0/99",)))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:word@example.org:8443/a/b.png?sig=1#top", "https://example.org:8443/a/b.png"),
        ("https://example.org", "https://example.org"),
        ("data:image/png;base64,AAAA", ""),
        ("file:///etc/passwd", ""),
        ("http://[::1/", ""),
        ("https://example.org/" + "a" * 500, "https://example.org/" + "a" * 180),
    ],
)
def test_the_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert showable(url) == shown
