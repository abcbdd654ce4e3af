"""Gives an answer in the manner that was ordered: whole, in part, slowly, without end, or not at all."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from sandbox.faults.answers import BREAK, DRIP, DROP, HUGE, TRUNCATE, Answer

SERVERS_SOCKET = "gunicorn.socket"
DRIP_SECONDS = 1.0
HUGE_PARTS = 3200
PART = b" " * 64 * 1024


def deliver(request: HttpRequest, ordered: Answer | None, true: HttpResponse | None) -> HttpResponseBase:
    """The answer to a call: the ordered one if it has a status, else the true one, in the ordered manner."""
    manner = ordered.manner if ordered else ""
    if ordered and ordered.status is not None:
        answer = HttpResponse(ordered.body, status=ordered.status, headers=dict(ordered.headers))
    else:
        answer = true or HttpResponse(status=500)
    if manner == DROP:
        return _cut(request, b"")
    if manner == TRUNCATE:
        return _truncated(request, answer)
    if manner == BREAK:
        answer.content = answer.content[: len(answer.content) // 2]
        answer.headers["Content-Length"] = str(len(answer.content))
    if manner == DRIP:
        return _stream(answer, _drops(answer.content))
    if manner == HUGE:
        return _stream(answer, _without_end(answer.content))
    return answer


def _truncated(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    head = f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}\r\nContent-Length: {len(answer.content)}\r\n"
    kind = f"Content-Type: {answer.headers.get('Content-Type', '')}\r\n\r\n"
    return _cut(request, (head + kind).encode() + answer.content[: len(answer.content) // 2])


def _cut(request: HttpRequest, last_words: bytes) -> HttpResponse:
    """Say the last words and end the connection; what the server writes afterwards goes nowhere."""
    connection: socket.socket | None = request.META.get(SERVERS_SOCKET)
    if connection is None:
        raise RuntimeError("only a web server has a connection that can be cut")
    with suppress(OSError):
        if last_words:
            connection.sendall(last_words)
        connection.shutdown(socket.SHUT_RDWR)
    return HttpResponse(status=500)


def _stream(answer: HttpResponse, parts: Iterator[bytes]) -> StreamingHttpResponse:
    kept = {name: value for name, value in answer.items() if name.lower() != "content-length"}
    return StreamingHttpResponse(parts, status=answer.status_code, headers=kept)


def _drops(content: bytes) -> Iterator[bytes]:
    for byte in content:
        time.sleep(DRIP_SECONDS)
        yield bytes([byte])


def _without_end(content: bytes) -> Iterator[bytes]:
    yield content
    for _ in range(HUGE_PARTS):
        yield PART
