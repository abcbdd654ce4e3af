"""Downloads one public file by its address, within limits; the transport of `images`, and no part of the API client.

requests-hardened was the first choice. Version 1.3 does the heart of it: it looks a name up, refuses private addresses,
connects to the address found and keeps Host, SNI and the certificate check on the name. It cannot carry the rest: it
looks at the first record only; its list of refused addresses is fixed, without an opt-in for a network; with a proxy,
plain http sends the name, to be looked up again; it has neither a total deadline nor a size limit; and its
check and its lookup are one function that leaves no place to put ours. What would remain of it, and of the requests
session below it, are cookies, environment proxies, .netrc and redirects to be switched off. So this builds on urllib3,
which has none of those, and adds: all records checked and pinned (`public_address`), every hop of a redirect checked
anew (`image_url`), a deadline for the whole (`pinned_connection`), and the byte limit here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPException

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as HTTPTimeoutError

from course_discovery_bulk.pictures.image_policy import ImageError, ImageErrorCode, ImagePolicy
from course_discovery_bulk.pictures.image_url import Hop, parse_hop
from course_discovery_bulk.pictures.pinned_connection import Deadline, send_get
from course_discovery_bulk.pictures.public_address import public_addresses

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_FOR_EVERYBODY = frozenset({401, 403, 404, 410})
_CHUNK = 64 * 1024  # bytes
_MOST_ADDRESSES = 4  # of one host, tried in turn: a worker without IPv6 still reaches the IPv4 ones


def fetch_public(url: str, policy: ImagePolicy) -> bytes:
    """Return the body found at `url`, whatever it is; raises `ImageError`, never with anything of the answer in it."""
    hop = parse_hop(url, policy)
    with Deadline(policy.total_seconds) as deadline, _faults_named(deadline):
        for _ in range(policy.max_redirects + 1):
            with closing(_ask(hop, policy, deadline)) as answer:
                if answer.status not in _REDIRECTS:
                    return _read_body(answer, policy, deadline)
                hop = hop.next_hop(_location(answer), policy)
        raise ImageError(ImageErrorCode.TOO_MANY_REDIRECTS)


@contextmanager
def _faults_named(deadline: Deadline) -> Iterator[None]:
    """Turn every fault of the network into a fixed code."""
    try:
        yield
    except (HTTPError, HTTPException, OSError) as fault:
        refused = isinstance(fault, NewConnectionError)  # one of urllib3's timeouts by class in version 1
        timed_out = isinstance(fault, HTTPTimeoutError | TimeoutError) and not refused
        code = ImageErrorCode.TIMEOUT if timed_out or deadline.has_passed else ImageErrorCode.UNREACHABLE
        raise ImageError(code) from fault


def _ask(hop: Hop, policy: ImagePolicy, deadline: Deadline) -> urllib3.BaseHTTPResponse:
    addresses = public_addresses(
        hop.host, hop.port, allowed_networks=policy.allowed_networks, seconds=deadline.remaining()
    )
    *others, last = addresses[:_MOST_ADDRESSES]
    for address in others:
        try:
            return send_get(hop, address, policy, deadline)
        except (NewConnectionError, ConnectTimeoutError):
            continue  # nothing was sent; the next address was checked as well
    return send_get(hop, last, policy, deadline)


def _location(answer: urllib3.BaseHTTPResponse) -> str:
    location = answer.headers.get("Location")
    if not location:
        raise ImageError(ImageErrorCode.UNREACHABLE)
    # Headers arrive as Latin-1; servers that do not percent-encode mean UTF-8.
    return location.encode("latin-1", "replace").decode("utf-8", "replace")


def _read_body(answer: urllib3.BaseHTTPResponse, policy: ImagePolicy, deadline: Deadline) -> bytes:
    _check_status(answer.status)
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise ImageError(ImageErrorCode.NOT_AN_IMAGE)  # we asked for none, and will not unpack a bomb
    declared = answer.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > policy.max_bytes:
        raise ImageError(ImageErrorCode.TOO_LARGE)
    body = bytearray()
    while chunk := answer.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > policy.max_bytes:
            raise ImageError(ImageErrorCode.TOO_LARGE)
    deadline.remaining()  # a cut connection without Content-Length looks like a complete body
    return bytes(body)


def _check_status(status: int) -> None:
    if status in _NOT_FOR_EVERYBODY:
        raise ImageError(ImageErrorCode.NOT_FOUND)
    if status != HTTPStatus.OK:
        raise ImageError(ImageErrorCode.UNREACHABLE)
