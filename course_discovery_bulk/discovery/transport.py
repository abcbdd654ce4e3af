"""Carries one call to discovery: JSON over a session that knows how to get there.

Every call has a timeout, a bound on the size of its answer and a request id; none is repeated behind the
caller's back, none follows a redirect. What is no success is raised as one of `exceptions.DiscoveryError`.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any

import requests
from urllib3.exceptions import HTTPError as Urllib3Error

from course_discovery_bulk.discovery.connection_errors import connection_error_of
from course_discovery_bulk.discovery.errors import error_of, lost_or_transient
from course_discovery_bulk.discovery.receiving import parsed, receive
from course_discovery_bulk.exceptions import Conflict, DiscoveryError, Refused
from course_discovery_bulk.text.logs import get_logger

logger = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class CallLimits:
    """Bounds on every call, in seconds and bytes."""

    connect_seconds: float
    read_seconds: float
    max_answer_bytes: int


@dataclass(frozen=True, kw_only=True)
class JsonTransport:
    """Sends calls to one place with one session; `request_id` marks what the calls are for."""

    session: requests.Session
    base_url: str
    limits: CallLimits
    request_id: str = ""

    def marked(self, request_id: str) -> JsonTransport:
        """The same transport with another request id on its calls."""
        return replace(self, request_id=request_id)

    def ask(
        self,
        method: str,
        path: str,
        *,
        needs: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """An answer that is an object with a certain field; anything else is no proof that something was done."""
        answer = self.send(method, path, query=query, body=body)
        if not isinstance(answer, dict) or needs not in answer:
            raise lost_or_transient(method, "the answer is not what was asked for")
        return answer

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """The answer of one call, whatever it is; a failure is logged and raised."""
        request_id = self.request_id or str(uuid.uuid4())  # reads for several rows belong to none
        try:
            return self._exchange(method, path, query=query, body=body, request_id=request_id)
        except DiscoveryError as error:
            _log(method, path, error, request_id)
            raise

    def _exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        request_id: str,
    ) -> Any:
        deadline = time.monotonic() + self.limits.connect_seconds + self.limits.read_seconds
        try:
            with self.session.request(
                method,
                self.base_url.rstrip("/") + path,
                params=query,
                data=None if body is None else json.dumps(body),
                headers=_headers(request_id, has_body=body is not None),
                timeout=(self.limits.connect_seconds, self.limits.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = receive(method, response, deadline=deadline, max_bytes=self.limits.max_answer_bytes)
        except (requests.exceptions.RequestException, Urllib3Error, HTTPException, OSError) as error:
            raise connection_error_of(method, error) from error
        if not 200 <= response.status_code < 300:
            raise error_of(method, response.status_code, response.headers, content)
        return parsed(method, content)


def _headers(request_id: str, *, has_body: bool) -> dict[str, str]:
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "X-Request-ID": request_id}
    return {**headers, "Content-Type": "application/json"} if has_body else headers


def _log(method: str, path: str, error: DiscoveryError, request_id: str) -> None:
    """Not the words of discovery, which may quote a cell. An answer about the call itself is nothing unusual."""
    kind = type(error).__name__
    called = "/".join(path.split("/")[:4])  # without the key in it
    facts = {"event": "bulk.call_failed", "method": method, "called": called, "kind": kind}
    level = logging.INFO if isinstance(error, (Refused, Conflict)) else logging.WARNING
    about_it = {**facts, "http_status": error.status, "request_id": request_id}
    logger.log(level, "call to discovery failed: %s", kind, extra=about_it)
