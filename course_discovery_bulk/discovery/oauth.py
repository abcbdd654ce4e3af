"""Tokens of the http transport: OAuth2 client credentials, one token per client and process.

The token endpoint is another service than discovery, so it has timeouts and a pause of its own: while it is down no
call is made, nothing is left in doubt, and it is not asked again before its pause is over. No secret and no token is
ever part of a message.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import requests
from requests.auth import AuthBase

from course_discovery_bulk.exceptions import Misconfigured, TokenUnavailable
from course_discovery_bulk.text.logs import get_logger
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

logger = get_logger(__name__)

EARLY_SECONDS: Final = 60.0  # a token that ends sooner is not used for another call
REFUSALS: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
LIBRARY: Final = "edx_rest_api_client"

Fetch = Callable[["TokenClient"], tuple[str, float]]


@dataclass(frozen=True, kw_only=True)
class TokenClient:
    """Who asks for tokens, where, and how patiently; times in seconds."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    connect_seconds: float
    read_seconds: float
    pause_seconds: float
    max_pause_seconds: float


def request_token(client: TokenClient) -> tuple[str, float]:
    """A new token and for how many seconds it is good."""
    try:
        from edx_rest_api_client.client import get_oauth_access_token  # noqa: PLC0415 - comes with an extra only
    except ImportError as error:
        raise Misconfigured(
            Phrase(_("client credentials need {library}: install the extra http"), library=LIBRARY)
        ) from error
    token, ends_at = get_oauth_access_token(
        client.url,
        client.client_id,
        client.client_secret,
        token_type="jwt",  # noqa: S106 - a kind of token, none itself
        timeout=(client.connect_seconds, client.read_seconds),
    )
    return token, (ends_at.replace(tzinfo=ends_at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


class TokenSource:
    """The token of one client, shared by the threads of a process; renewed before it ends, and once when refused."""

    def __init__(self, client: TokenClient, fetch: Fetch = request_token) -> None:
        self._client = client
        self._fetch = fetch
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0
        self._failures = 0
        self._paused_until = 0.0
        self._is_doubted = False  # refused, renewed, and not taken since: another one would not help

    def token(self) -> str:
        """A token that is good for a minute at least; TokenUnavailable while the endpoint gives none."""
        with self._lock:
            if time.monotonic() > self._good_until - EARLY_SECONDS:
                self._renew()
            return self._token

    def replace(self, refused: str) -> str | None:
        """Another token after one was refused; None where the one that replaced it was refused as well."""
        with self._lock:
            if refused == self._token:
                if self._is_doubted:
                    return None
                self._renew()
                self._is_doubted = True
            return self._token

    def accept(self, token: str) -> None:
        """Note that a token was taken."""
        if token == self._token:
            self._is_doubted = False

    def _renew(self) -> None:
        wait = self._paused_until - time.monotonic()
        if wait > 0:
            raise TokenUnavailable(Phrase(_("the token endpoint gives no token")), retry_after=wait)
        try:
            self._token, seconds = self._fetch(self._client)
        except (requests.RequestException, TypeError, ValueError) as error:
            raise self._judge(error) from None  # the original holds the request, and with it the secret
        # Of a token that lives for less than two minutes, half its life is used.
        self._good_until = time.monotonic() + max(seconds, EARLY_SECONDS + seconds / 2)
        self._failures = 0

    def _judge(self, error: Exception) -> Exception:
        response = getattr(error, "response", None)
        status = None if response is None else response.status_code
        logger.warning(
            "no token: %s", type(error).__name__, extra={"event": "bulk.token_failed", "status_code": status}
        )
        if status in REFUSALS:
            return Misconfigured(Phrase(_("the token endpoint refuses the client id or its secret")), status=status)
        wait = min(self._client.pause_seconds * 2**self._failures, self._client.max_pause_seconds)
        self._failures += 1
        self._paused_until = time.monotonic() + wait
        return TokenUnavailable(Phrase(_("the token endpoint gives no token")), retry_after=wait)


@cache
def token_source(client: TokenClient) -> TokenSource:
    """The source of a client, the same for all calls of this process."""
    return TokenSource(client)


class TokenAuth(AuthBase):
    """Puts the token on requests, and sends one that was refused once more with another token."""

    def __init__(self, source: TokenSource, scheme: str) -> None:
        self._source = source
        self._scheme = scheme

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        self._sign(request, self._source.token())
        request.hooks["response"].append(self._answered)
        return request

    def _sign(self, request: requests.PreparedRequest, token: str) -> None:
        request.headers["Authorization"] = f"{self._scheme} {token}"

    def _answered(self, response: requests.Response, **options: Any) -> requests.Response:
        used = str(response.request.headers["Authorization"]).partition(" ")[2]
        if response.status_code != HTTPStatus.UNAUTHORIZED:
            self._source.accept(used)
            return response
        other = self._source.replace(used)
        if other is None:
            return response
        again = response.request.copy()
        self._sign(again, other)
        response.close()
        adapter: Any = response.connection  # the adapter that brought it
        answer: requests.Response = adapter.send(again, **options)
        if answer.status_code != HTTPStatus.UNAUTHORIZED:
            self._source.accept(other)
        return answer
