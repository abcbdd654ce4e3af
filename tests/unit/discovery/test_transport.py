"""The transport: no answer can mislead, flood or redirect a worker, and credentials go to discovery alone."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.exceptions import AnswerLost, Conflict, DiscoveryError, Misconfigured, Refused, Transient
from tests.unit.discovery.serving import (
    CALLS,
    SETTINGS,
    STAFF,
    TOKEN,
    WHATEVER,
    connect,
    create,
    read,
    says,
    serving,
    update,
)

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
