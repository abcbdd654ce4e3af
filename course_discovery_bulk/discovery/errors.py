"""Reads an answer of discovery that is not a success: by its body first, then by its status.

Discovery answers 400 for lock waits and lost races, 401 while its database is away, and 500 for some bad
input, so the status alone would mislead in both directions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from django.utils import timezone

from course_discovery_bulk.exceptions import (
    AnswerLost,
    Conflict,
    DiscoveryError,
    Forbidden,
    Misconfigured,
    NotFound,
    Refused,
    Transient,
    Unauthenticated,
)
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

DETAIL_LENGTH: Final = 1000
REPEATABLE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PATCH", "DELETE"})

# Numbers of MySQL for lock waits, for a server that restarts or takes no more connections, and for connections that
# broke. Not among them: 1153, for a statement that is too large and always will be.
_PASSING = re.compile(
    r"\((1040|1053|1205|1213|1290|1927|2002|2003|2006|2013|2055|4031)\b|"
    r"try restarting transaction|Max retries exceeded|timed out|database is locked|"
    r"deadlock detected|Connection aborted|Connection reset by peer|\b50[0234] Server Error: ",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\(1062\b|Duplicate entry|UNIQUE constraint failed|duplicate key value|A course with key \[.*\] already exists",
    re.IGNORECASE,
)
_PRINTED_FIELD = re.compile(r"'(?P<field>\w+)': (?P<errors>.*?)(?=, '\w+': |\}$)", re.DOTALL)
_PRINTED_ERROR = re.compile(r"ErrorDetail\(string=(?P<quote>['\"])(?P<text>.*?)(?P=quote), code=", re.DOTALL)
_PRINTED_LIST = re.compile(r"^\[(?P<quote>['\"])(?P<text>.*)(?P=quote)\]$", re.DOTALL)
_PREFIXES = re.compile(r"^(Failed to set (course run )?data: |Incorrect data sent\. )+")
# What Studio answered is handed on behind the prefix: a page, nothing at all, or these words are no reason to refuse,
# but a crash over there.
_STUDIO_CRASH = re.compile(
    r"^(Failed to set (course run )?data: ?)+\s*(<|$)|"
    r"Failed to set course run data: .*(Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)",
    re.IGNORECASE | re.DOTALL,
)

_KINDS: Final[Mapping[int, type[DiscoveryError]]] = {401: Unauthenticated, 403: Forbidden, 404: NotFound}
_WAIT_STATUSES = frozenset({408, 425, 429, 503})
_GATEWAY_STATUSES = frozenset({500, 502, 504})


def error_of(method: str, status: int, headers: Any, body: bytes) -> DiscoveryError:
    """The error that an answer stands for; call it only for answers that are no success."""
    fields = _fields(body)
    detail = _detail(body, fields)
    if 300 <= status < 400:
        return Misconfigured(Phrase(_("the address redirects; use the final one")), status=status)
    if told := _told_by_body(method, status, detail, body):
        return told
    if status in _KINDS:
        return _KINDS[status](detail, status=status)
    if status in _WAIT_STATUSES:
        return Transient(detail, status=status, retry_after=_retry_after(headers.get("Retry-After")))
    if status in _GATEWAY_STATUSES:
        kind = Transient if method in REPEATABLE_METHODS else AnswerLost
        return kind(Phrase(_("server error {status}"), status=status), status=status)
    if status >= 500:
        return Transient(Phrase(_("server error {status}"), status=status), status=status)
    return Refused(detail, status=status, fields=fields)


def _told_by_body(method: str, status: int, detail: str, body: bytes) -> DiscoveryError | None:
    """What the text says, whatever the status seems to say; None where it says nothing of its own."""
    if _PASSING.search(detail) and status in {400, 500}:
        return Transient(detail, status=status)
    if status == HTTPStatus.BAD_REQUEST and _is_studio_crash(body):
        left = _("Studio failed, and may have a run that the catalog doesn't know about")
        told = Phrase(left if method == "POST" else _("Studio failed"))
        return Transient(told, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.BAD_REQUEST and _TAKEN.search(detail):
        return Conflict(detail, status=status)
    return None


def lost_or_transient(method: str, detail: str) -> DiscoveryError:
    """The error for a call whose answer did not arrive whole."""
    return Transient(detail) if method in REPEATABLE_METHODS else AnswerLost(detail)


def _fields(body: bytes) -> dict[str, list[str]]:
    """Messages by field, from an object of lists or from the object that `courses/` prints into a string."""
    content = _json(body)
    if isinstance(content, dict):
        return {name: _texts(value) for name, value in content.items() if name != "detail"}
    if not isinstance(content, str):
        return {}
    return {
        match["field"]: [error["text"] for error in _PRINTED_ERROR.finditer(match["errors"])]
        for match in _PRINTED_FIELD.finditer(content)
    }


def _detail(body: bytes, fields: dict[str, list[str]]) -> str:
    if fields and any(fields.values()):
        return "; ".join(f"{name}: {' '.join(texts)}" for name, texts in fields.items())[:DETAIL_LENGTH]
    content = _json(body)
    if isinstance(content, dict) and isinstance(content.get("detail"), str):
        return str(content["detail"])[:DETAIL_LENGTH]
    if isinstance(content, str):
        return _PRINTED_LIST.sub(r"\g<text>", _PREFIXES.sub("", content))[:DETAIL_LENGTH]
    if content is not None:
        return json.dumps(content)[:DETAIL_LENGTH]
    return Phrase(_("the answer can't be read"))


def _is_studio_crash(body: bytes) -> bool:
    """Whether discovery did what was asked, asked Studio, and took it back because Studio failed."""
    content = _json(body)
    return isinstance(content, str) and bool(_STUDIO_CRASH.search(content))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _retry_after(header: str | None) -> float | None:
    """Seconds that discovery asks to wait; None where it says nothing that can be read."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(0.0, (moment - timezone.now()).total_seconds()) if moment.tzinfo else None
