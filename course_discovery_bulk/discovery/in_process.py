"""The transport inside this process: a requests adapter over Django's own handler, acting as the uploader.

The request passes the host's whole middleware and is authenticated by force as one person, so discovery's
permission classes and its history see who really asked. Needs discovery in the same Django project.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from django.contrib.auth.models import AbstractBaseUser
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_started
from django.db import connections
from django.http import HttpResponseBase
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import translation
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict


class InProcessAdapter(BaseAdapter):
    """Carries requests to this process's own URLs as one user. Timeouts cannot be kept here: the worker's are."""

    def __init__(self, user: AbstractBaseUser) -> None:
        super().__init__()
        self._user = user

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature is the base class's
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Run the request through Django and give back its answer, already complete."""
        is_own_unit = not _in_transaction()
        with _thread_state_kept():
            made = self._django_request(request)
            if is_own_unit:
                request_started.send(sender=InProcessAdapter, environ=made.environ)
            answer = _handler().get_response(made)
            try:
                return _response(request, answer)
            finally:
                if is_own_unit:
                    answer.close()  # tells Django that the request is over

    def close(self) -> None:
        """Nothing stays open."""

    def _django_request(self, request: requests.PreparedRequest) -> WSGIRequest:
        made: Any = WSGIRequest(_environ(request))
        # What Django's and DRF's own in-process clients set; there is no public way.
        made._dont_enforce_csrf_checks = True  # noqa: SLF001
        made._force_auth_user = self._user  # noqa: SLF001
        made._force_auth_token = None  # noqa: SLF001
        made.user = self._user
        return made  # type: ignore[no-any-return]


class _Handler(BaseHandler):
    """Django's request handler without a server around it."""


@cache
def _handler() -> BaseHandler:
    handler = _Handler()
    handler.load_middleware()
    return handler


@contextmanager
def _thread_state_kept() -> Iterator[None]:
    """A request changes the thread's language and URL configuration; the caller may itself be in a request."""
    urlconf, prefix = get_urlconf(), get_script_prefix()
    with translation.override(translation.get_language()):
        try:
            yield
        finally:
            set_urlconf(urlconf)
            set_script_prefix(prefix)


def _in_transaction() -> bool:
    """Whether the caller is inside a transaction: the end of a request would close its connection under it."""
    return any(connection.in_atomic_block for connection in connections.all(initialized_only=True))


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or 443),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if name.lower() not in {"content-type", "content-length", "host"}:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ


def _response(request: requests.PreparedRequest, answer: HttpResponseBase) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status_code
    response.reason = answer.reason_phrase
    response.headers = CaseInsensitiveDict(answer.items())
    response.url = request.url or ""
    response.request = request
    response.encoding = "utf-8"
    content = b"".join(answer) if answer.streaming else getattr(answer, "content", b"")
    response.raw = io.BytesIO(content)
    return response
