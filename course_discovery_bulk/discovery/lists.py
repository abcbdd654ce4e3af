"""Reads lists from discovery: page after page, or the things of given names in as few requests as possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from course_discovery_bulk.discovery.addresses import API, address_batches, drafts
from course_discovery_bulk.discovery.transport import JsonTransport
from course_discovery_bulk.exceptions import AnswerTooLarge, Misconfigured
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

PAGE_ROWS: Final = 500
MOST_PAGES: Final = 500


def read_pages(transport: JsonTransport, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The items of all pages of a list; Misconfigured if what answers is not such a list."""
    next_path: str | None = path
    for _page in range(MOST_PAGES):
        if next_path is None:
            return
        page = transport.send("GET", next_path, query=query)
        if not isinstance(page, dict) or "results" not in page:
            raise Misconfigured(Phrase(_("{path} does not answer with a list"), path=path))
        yield from page["results"]
        next_path, query = _path_of(page.get("next")), {}
    raise Misconfigured(Phrase(_("{path} has no end"), path=path))


def _path_of(address: str | None) -> str | None:
    """The next page without its host: what a server says of its own name is not followed."""
    if not address:
        return None
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def read_named(transport: JsonTransport, what: str, parameter: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Drafts of these names, in as few requests as addresses and answers allow."""
    for batch in address_batches(names):
        yield from _read_batch(transport, what, parameter, batch)


def _read_batch(transport: JsonTransport, what: str, parameter: str, batch: Sequence[str]) -> list[dict[str, Any]]:
    """One batch in one request, or in halves if the answer would be too large."""
    query = {parameter: ",".join(batch), "limit": str(len(batch)), **drafts()}
    try:
        return list(transport.ask("GET", f"{API}/{what}/", query=query, needs="results")["results"])
    except AnswerTooLarge:
        if len(batch) == 1:
            raise
    middle = len(batch) // 2
    halves = (batch[:middle], batch[middle:])
    return [item for half in halves for item in _read_batch(transport, what, parameter, half)]
