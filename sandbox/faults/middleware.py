"""The outermost layers of the stand-in: one makes writes slow, the other obeys the board and keeps the ledger."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sandbox.discovery.rules import history
from sandbox.faults import courses, ledger
from sandbox.faults.board import Board, Fault
from sandbox.faults.delivery import deliver
from sandbox.faults.read_cache import ReadCache

GetResponse = Callable[[HttpRequest], HttpResponse]
READING = frozenset({"GET", "HEAD", "OPTIONS"})
WRITTEN_PATHS = ("/api/v1/course", "/api/v1/collaborators/", "/publisher/")
API_PATHS = ("/api/v1/", "/publisher/api/")
OTHER_PATHS = ("/api/v1/bulk_operation_tasks/",)


class SlownessMiddleware:
    """Holds up calls that write to discovery by the setting SANDBOX_DELAY_MS."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the call on, late if need be."""
        delay_ms = settings.SANDBOX_DELAY_MS
        if delay_ms and request.method not in READING and request.path.startswith(WRITTEN_PATHS):
            time.sleep(delay_ms / 1000)
        return self.get_response(request)


class FaultMiddleware:
    """Breaks calls to discovery as the board of SANDBOX_FAULTS_DIR says; without that folder it is not there."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.SANDBOX_FAULTS_DIR:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._folder = Path(settings.SANDBOX_FAULTS_DIR)
        self._board = Board(self._folder)
        self._cache = ReadCache(self._folder)
        self._cache.clear_when_saved()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Take what is ordered for this call, and let it happen."""
        if not request.path.startswith(API_PATHS) or request.path.startswith(OTHER_PATHS):
            return self.get_response(request)
        started = time.time()
        body = request.body
        about = {"method": request.method, "path": request.path, "request_id": _request_id(request)}
        fault = self._board.take(request.method or "", request.path, _request_id(request)) or Fault()
        self._hold(fault.gate_before, fault.delay_before, about)
        response, effects = self._run(request) if fault.has_effect else (None, ())
        self._note(request, body, started, response, effects, fault)
        self._hold(fault.gate_after, fault.delay_after, about)
        return deliver(request, fault.answer, response)

    def _hold(self, gate: str, seconds: float, about: dict[str, str | None]) -> None:
        if gate:
            self._board.pass_gate(gate, about)
        if seconds:
            time.sleep(seconds)

    def _run(self, request: HttpRequest) -> tuple[HttpResponse, tuple[ledger.Effect, ...] | None]:
        """The true answer, and what the history says that the call did."""
        known = self._cache.find(request)
        if known is not None:
            return known, ()
        with history.watch(_request_id(request)) as written:
            response = self.get_response(request)
        self._cache.keep(request, response)
        return response, _effects(written)

    def _note(
        self,
        request: HttpRequest,
        body: bytes,
        started: float,
        response: HttpResponse | None,
        effects: tuple[ledger.Effect, ...] | None,
        fault: Fault,
    ) -> None:
        ended = time.time()
        status = response.status_code if response is not None else None
        told = fault.answer.status or fault.answer.manner if fault.answer else status
        call = ledger.Call(
            method=request.method or "",
            path=request.path,
            query=request.META.get("QUERY_STRING", ""),
            body_sha256=hashlib.sha256(body).hexdigest(),
            request_id=_request_id(request),
            user=_user_name(request),
            course=courses.course_of(request.path, body, effects or ()),
            started=started,
            ended=ended,
            status=status,
            answer=str(told),
            effects=effects,
            pid=os.getpid(),
        )
        ledger.append(self._folder, call)


def _effects(written: list[int]) -> tuple[ledger.Effect, ...] | None:
    """What was committed of what was written; None where the database does not say."""
    try:
        return tuple(
            ledger.Effect(verb=verb, object_type=object_type, key=key)
            for verb, object_type, key in history.committed(written)
        )
    except DatabaseError:
        return None


def _request_id(request: HttpRequest) -> str:
    return request.headers.get("X-Request-ID", "")


def _user_name(request: HttpRequest) -> str:
    user = getattr(request, "user", None)  # the API sets it when it has seen who calls
    try:
        return str(user.get_username()) if user is not None and user.is_authenticated else ""
    except DatabaseError:
        return ""
