"""Sends one GET to one address that was checked before, and ends it on time whatever the peer does.

`public_http` decides where to go; this module only goes there. urllib3 does HTTP, TLS, certificates and the proxy
tunnel. Added here: the connection is opened to the checked address while the Host header, SNI and the certificate check
keep the name; and a clock that cuts the sockets, because timeouts of sockets start anew with each byte received.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from types import TracebackType
from typing import Any

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Timeout, make_headers, parse_url

from course_discovery_bulk import __version__
from course_discovery_bulk.pictures.image_policy import ImageError, ImageErrorCode, ImagePolicy
from course_discovery_bulk.pictures.image_url import Hop

# All that a picture host learns about us. No Referer, cookie or credential is ever added.
_HEADERS = {
    "User-Agent": f"course-discovery-bulk/{__version__}",
    "Accept": "image/png, image/jpeg, image/webp, image/gif, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class Deadline:
    """The moment by which a download is over; a context manager that cuts what is still open then.

    It watches duplicates of the sockets: shutting one down ends the connection also while TLS has taken over the
    original, and no other thread ever touches an object that the download is using.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._is_cut = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    @property
    def has_passed(self) -> bool:
        """Whether the time is up."""
        return self._is_cut or time.monotonic() >= self._end

    def remaining(self) -> float:
        """Return the seconds left, more than 0; raises `ImageError` timeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0 or self._is_cut:
            raise ImageError(ImageErrorCode.TIMEOUT)
        return left

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection, too, when the time is up."""
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connected.fileno())))
        if self.has_passed:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for watched in self._sockets:
                try:
                    watched.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the peer had closed it already


class _TimedHTTPConnection(HTTPConnection):
    """A plain connection under a deadline."""

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


class _TimedHTTPSConnection(HTTPSConnection):
    """A TLS connection under a deadline; the handshake before it is bounded by the connect timeout."""

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


def send_get(hop: Hop, address: str, policy: ImagePolicy, deadline: Deadline) -> urllib3.BaseHTTPResponse:
    """Ask `address` for what `hop` names; the body is yet to be read, undecoded, and the answer to be closed.

    Follows no redirect, retries nothing, reads nothing from the environment. Raises what urllib3 raises.
    """
    pool = _pool(hop, address, policy)
    pool.ConnectionCls = _TimedHTTPSConnection if hop.scheme == "https" else _TimedHTTPConnection
    pool.conn_kw["deadline"] = deadline
    left = deadline.remaining()
    return pool.urlopen(
        "GET",
        # A proxy is told the checked address too: it must not look the name up a second time.
        f"http://{_bracketed(address)}:{hop.port}{hop.target}" if _is_forwarded(hop, policy) else hop.target,
        headers={**_HEADERS, "Host": hop.netloc},
        timeout=Timeout(connect=min(policy.connect_seconds, left), read=left),
        redirect=False,
        assert_same_host=False,  # the address given to a proxy is not the proxy
        retries=False,
        preload_content=False,
        decode_content=False,
        enforce_content_length=True,  # not the default of urllib3 1
    )


def _pool(hop: Hop, address: str, policy: ImagePolicy) -> urllib3.HTTPConnectionPool:
    manager = _manager(policy.proxy)
    tls = {}
    if hop.scheme == "https":
        authorities = policy.ca_bundle or certifi.where()
        tls = {"server_hostname": hop.host, "cert_reqs": "CERT_REQUIRED", "ca_certs": authorities}
    return manager.connection_from_host(address, hop.port, hop.scheme, pool_kwargs=tls)


def _manager(proxy: str | None) -> urllib3.PoolManager:
    if not proxy:
        return urllib3.PoolManager()
    auth = parse_url(proxy).auth
    return urllib3.ProxyManager(proxy, proxy_headers=make_headers(proxy_basic_auth=auth) if auth else None)


def _is_forwarded(hop: Hop, policy: ImagePolicy) -> bool:
    """Plain http passes a proxy as a request to it; https passes through a tunnel."""
    return bool(policy.proxy) and hop.scheme == "http"


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
