"""The discovery client: one typed method per act, over a session that knows how to get there.

Every call has a timeout, a bound on the size of its answer and a request id; none is repeated behind the
caller's back, none follows a redirect. What is no success is raised as one of `exceptions.DiscoveryError`.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import quote, urlsplit

import requests
from urllib3.exceptions import HTTPError as Urllib3Error

from course_discovery_bulk.discovery.errors import error_of, lost_or_transient
from course_discovery_bulk.exceptions import (
    AnswerTooLarge,
    Conflict,
    DiscoveryError,
    Misconfigured,
    Refused,
    Transient,
)
from course_discovery_bulk.text.logs import get_logger
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

logger = get_logger(__name__)

API: Final = "/api/v1"
PUBLISHER_API: Final = "/publisher/api"
SET_UP_WRONG: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
WRONG_CERTIFICATE: Final = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "CertificateError")
CHUNK_BYTES: Final = 64 * 1024
PAGE_ROWS: Final = 500
MOST_PAGES: Final = 500
MOST_ADDRESS_BYTES: Final = 3500  # servers in front of discovery refuse addresses over 4 kB


@dataclass(frozen=True, kw_only=True)
class CallLimits:
    """Bounds on every call, in seconds and bytes."""

    connect_seconds: float
    read_seconds: float
    max_answer_bytes: int


@dataclass(frozen=True, kw_only=True)
class DiscoveryClient:
    """Calls discovery as one user; `request_id` marks what the calls are for."""

    session: requests.Session
    base_url: str
    limits: CallLimits
    is_staff: bool  # whether the user whose rights the calls have is staff
    answers_outlive_calls: bool  # whether a call that was given up may still take effect later
    request_id: str = ""

    def marked(self, request_id: str) -> DiscoveryClient:
        """The same client with another request id on its calls."""
        return replace(self, request_id=request_id)

    # --- courses and runs

    def create_course(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a course, with its first run where the body has `course_run`; the whole course comes back."""
        return self._object("POST", f"{API}/courses/", body=body, needs="uuid")

    def update_course(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of a course, all or none; the whole draft comes back."""
        return self._object(
            "PATCH", f"{API}/courses/{_path(key)}/", query={"exclude_utm": "1"}, body=body, needs="uuid"
        )

    def get_course(self, key: str) -> dict[str, Any]:
        """A course as it is now, its draft where there is one; NotFound where it is not in sight."""
        return self._object("GET", f"{API}/courses/{_path(key)}/", query={"editable": "1", **_uncached()}, needs="uuid")

    def get_courses(self, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The courses of these keys as they are now; those not in sight are left out."""
        return self._named("courses", "keys", keys)

    def get_courses_by_uuid(self, uuids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The courses of these UUIDs as they are now; those not in sight are left out. A malformed one fails all."""
        return self._named("courses", "uuids", uuids)

    def list_courses(self, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """All courses in the user's sight, drafts where there are any."""
        return self._pages(f"{API}/courses/", {"editable": "1", **query, **_uncached()})

    def count_courses(self) -> int:
        """How many courses are in the user's sight."""
        query = {"editable": "1", "limit": "1", "fields": "key", **_uncached()}
        return int(self._object("GET", f"{API}/courses/", query=query, needs="count")["count"])

    def create_run(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a run of a course. Not repeatable: the same body again makes a second run."""
        return self._object("POST", f"{API}/course_runs/", body=body, needs="uuid")

    def get_runs(self, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The runs of these keys as they are now; those not in sight are left out."""
        return self._named("course_runs", "keys", keys)

    def update_run(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of a run, all or none; the whole draft comes back."""
        return self._object(
            "PATCH", f"{API}/course_runs/{_path(key)}/", query={"exclude_utm": "1"}, body=body, needs="uuid"
        )

    def get_run(self, key: str) -> dict[str, Any]:
        """A run as it is now, its draft where there is one; NotFound where it is not in sight."""
        return self._object(
            "GET", f"{API}/course_runs/{_path(key)}/", query={"editable": "1", **_uncached()}, needs="uuid"
        )

    # --- editors

    def add_editor(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make somebody an editor of a course; discovery answers 500 where they are one already."""
        return self._object("POST", f"{API}/course_editors/", body=body, needs="id")

    def remove_editor(self, editor_id: int) -> None:
        """End an editorship; NotFound where it is over already."""
        self._send("DELETE", self._address(f"{API}/course_editors/{editor_id}/"))

    def list_editors(self, course_uuid: str) -> Iterator[dict[str, Any]]:
        """The editors of a course that the user may see."""
        return self._pages(f"{API}/course_editors/", {"course": course_uuid, **_uncached()})

    def list_members(self, organization_uuid: str) -> Iterator[dict[str, Any]]:
        """The members of an organization: id, full name, e-mail address."""
        path = f"{PUBLISHER_API}/admins/organizations/{organization_uuid}/users/"
        return self._pages(path, _uncached())

    # --- what courses refer to

    def create_collaborator(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a collaborator; names may repeat, so look before."""
        return self._object("POST", f"{API}/collaborators/", body=body, needs="uuid")

    def list_collaborators(self) -> Iterator[dict[str, Any]]:
        """All collaborators, newest first."""
        return self._pages(f"{API}/collaborators/", _uncached())

    def list_organizations(self) -> Iterator[dict[str, Any]]:
        """The organizations in the user's sight: all for staff, their own for members."""
        return self._pages(f"{API}/organizations/", {"limit": str(PAGE_ROWS), **_uncached()})

    def list_subjects(self) -> Iterator[dict[str, Any]]:
        """All subjects."""
        return self._pages(f"{API}/subjects/", {"limit": str(PAGE_ROWS), **_uncached()})

    def list_program_types(self) -> Iterator[dict[str, Any]]:
        """All program types."""
        return self._pages(f"{API}/program_types/", _uncached())

    def list_sources(self) -> Iterator[dict[str, Any]]:
        """All product sources."""
        return self._pages(f"{API}/sources/", _uncached())

    def course_options(self) -> dict[str, Any]:
        """What a form for courses can learn: types with their run types, levels."""
        return self._object("OPTIONS", f"{API}/courses/", needs="name")

    def run_options(self) -> dict[str, Any]:
        """What a form for runs can learn: languages."""
        return self._object("OPTIONS", f"{API}/course_runs/", needs="name")

    # --- how calls are made

    def _named(self, what: str, parameter: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Drafts of these names, in as few requests as addresses and answers allow."""
        for batch in _address_batches(names):
            yield from self._named_batch(what, parameter, batch)

    def _named_batch(self, what: str, parameter: str, batch: Sequence[str]) -> list[dict[str, Any]]:
        query = {"editable": "1", parameter: ",".join(batch), "limit": str(len(batch)), **_uncached()}
        try:
            found = self._object("GET", f"{API}/{what}/", query=query, needs="results")["results"]
        except AnswerTooLarge:
            if len(batch) == 1:
                raise
            middle = len(batch) // 2
            halves = (batch[:middle], batch[middle:])
            return [item for half in halves for item in self._named_batch(what, parameter, half)]
        return list(found)

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        address: str | None = self._address(path)
        for _page in range(MOST_PAGES):
            if address is None:
                return
            page = self._send("GET", address, query=query)
            if not isinstance(page, dict) or "results" not in page:
                raise Misconfigured(Phrase(_("{path} does not answer with a list"), path=path))
            yield from page["results"]
            address, query = self._own_address(page.get("next")), {}
        raise Misconfigured(Phrase(_("{path} has no end"), path=path))

    def _own_address(self, address: str | None) -> str | None:
        """A next-page address on our own base: what a server says of its own name is not followed."""
        if not address:
            return None
        parts = urlsplit(address)
        return self._address(f"{parts.path}?{parts.query}")

    def _object(
        self,
        method: str,
        path: str,
        *,
        needs: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """An answer that is an object with a certain field; anything else is no proof that something was done."""
        answer = self._send(method, self._address(path), query=query, body=body)
        if not isinstance(answer, dict) or needs not in answer:
            raise lost_or_transient(method, "the answer is not what was asked for")
        return answer

    def _address(self, path: str) -> str:
        return self.base_url.rstrip("/") + path

    def _send(
        self,
        method: str,
        address: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        request_id = self.request_id or str(uuid.uuid4())  # reads for several rows belong to none
        try:
            return self._exchange(method, address, query=query, body=body, request_id=request_id)
        except DiscoveryError as error:
            self._log(method, address, error, request_id)
            raise

    def _log(self, method: str, address: str, error: DiscoveryError, request_id: str) -> None:
        """Not the words of discovery, which may quote a cell. An answer about the call itself is nothing unusual."""
        kind = type(error).__name__
        called = "/".join(address.removeprefix(self.base_url.rstrip("/")).split("/")[:4])  # without the key in it
        facts = {"event": "bulk.call_failed", "method": method, "called": called, "kind": kind}
        level = logging.INFO if isinstance(error, (Refused, Conflict)) else logging.WARNING
        about_it = {**facts, "http_status": error.status, "request_id": request_id}
        logger.log(level, "call to discovery failed: %s", kind, extra=about_it)

    def _exchange(
        self,
        method: str,
        address: str,
        *,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        request_id: str,
    ) -> Any:
        deadline = time.monotonic() + self.limits.connect_seconds + self.limits.read_seconds
        try:
            with self.session.request(
                method,
                address,
                params=query,
                data=None if body is None else json.dumps(body),
                headers=_headers(request_id, has_body=body is not None),
                timeout=(self.limits.connect_seconds, self.limits.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = self._read(method, response, deadline)
        except SET_UP_WRONG as error:
            raise Misconfigured(
                Phrase(_("the address or its certificate is wrong ({error})"), error=type(error).__name__)
            ) from error
        except requests.exceptions.ConnectTimeout as error:
            raise Transient(Phrase(_("no connection in time"))) from error
        except requests.exceptions.ConnectionError as error:
            raise _connection_error(method, error) from error
        except (requests.exceptions.RequestException, Urllib3Error, HTTPException, OSError) as error:
            raise lost_or_transient(method, type(error).__name__) from error
        if not 200 <= response.status_code < 300:
            raise error_of(method, response.status_code, response.headers, content)
        return _parsed(method, content)

    def _read(self, method: str, response: requests.Response, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in _parts_as_they_come(response):
            parts.append(part)
            size += len(part)
            if size > self.limits.max_answer_bytes:
                raise _too_large(method)
            if time.monotonic() > deadline:
                raise lost_or_transient(method, Phrase(_("the answer took too long")))
        return b"".join(parts)


def _headers(request_id: str, *, has_body: bool) -> dict[str, str]:
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "X-Request-ID": request_id}
    return {**headers, "Content-Type": "application/json"} if has_body else headers


def _too_large(method: str) -> Exception:
    """What is read can be asked for in parts; a write has been done already."""
    detail = Phrase(_("the answer is too large"))
    return AnswerTooLarge(detail) if method == "GET" else lost_or_transient(method, detail)


def _parts_as_they_come(response: requests.Response) -> Iterator[bytes]:
    """The answer in the parts in which it arrives: waiting for a full part would let a slow server hold us for ever."""
    raw: Any = response.raw
    read_some = getattr(raw, "read1", None) or raw._fp.read1  # noqa: SLF001 - urllib3 1 has no read1 of its own
    while part := read_some(CHUNK_BYTES):
        yield part


def _parsed(method: str, content: bytes) -> Any:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        raise lost_or_transient(method, Phrase(_("the answer is not JSON"))) from error


def _connection_error(method: str, error: requests.exceptions.ConnectionError) -> Exception:
    """A connection that was never made sent nothing; one that broke may have, and a secured one may break too."""
    if any(sign in repr(error) for sign in WRONG_CERTIFICATE):
        return Misconfigured(f"the address or its certificate is wrong ({type(error).__name__})")
    if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
        return Transient(Phrase(_("no connection")))
    return lost_or_transient(method, Phrase(_("the connection broke")))


def _path(key: str) -> str:
    return quote(key, safe="+:")


def _uncached() -> dict[str, str]:
    """Discovery caches answers by address; nobody has asked for this one before."""
    return {"_": uuid.uuid4().hex}


def _address_batches(keys: Sequence[str]) -> Iterator[list[str]]:
    """Keys in batches whose address stays below what servers accept."""
    batch: list[str] = []
    size = 0
    for key in keys:
        length = len(quote(key, safe="")) + 3
        if batch and size + length > MOST_ADDRESS_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(key)
        size += length
    if batch:
        yield batch
