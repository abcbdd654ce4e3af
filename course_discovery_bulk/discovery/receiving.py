"""Receives answers within bounds: so many bytes and not one more, and all of them before a deadline."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, Final

import requests

from course_discovery_bulk.discovery.errors import lost_or_transient
from course_discovery_bulk.exceptions import AnswerTooLarge, DiscoveryError
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

CHUNK_BYTES: Final = 64 * 1024


def receive(method: str, response: requests.Response, *, deadline: float, max_bytes: int) -> bytes:
    """The whole body of an answer; `deadline` is a moment of the monotonic clock."""
    parts: list[bytes] = []
    size = 0
    for part in _parts_as_they_come(response):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise _too_large(method)
        if time.monotonic() > deadline:
            raise lost_or_transient(method, Phrase(_("the answer took too long")))
    return b"".join(parts)


def parsed(method: str, content: bytes) -> Any:
    """What a body says as JSON; None if it is empty."""
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        raise lost_or_transient(method, Phrase(_("the answer is not JSON"))) from error


def _too_large(method: str) -> DiscoveryError:
    """What is read can be asked for in parts; a write has been done already."""
    detail = Phrase(_("the answer is too large"))
    return AnswerTooLarge(detail) if method == "GET" else lost_or_transient(method, detail)


def _parts_as_they_come(response: requests.Response) -> Iterator[bytes]:
    """The answer in the parts in which it arrives: waiting for a full part would let a slow server hold us for ever."""
    raw: Any = response.raw
    read_some = getattr(raw, "read1", None) or raw._fp.read1  # noqa: SLF001 - urllib3 1 has no read1 of its own
    while part := read_some(CHUNK_BYTES):
        yield part
