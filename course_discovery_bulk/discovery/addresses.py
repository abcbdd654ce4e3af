"""How addresses and queries of discovery look."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from course_discovery_bulk.data.batches import in_batches_of

API: Final = "/api/v1"
PUBLISHER_API: Final = "/publisher/api"
MOST_ADDRESS_BYTES: Final = 3500  # servers in front of discovery refuse addresses over 4 kB


def course_path(key: str) -> str:
    """The path of one course."""
    return f"{API}/courses/{_quoted(key)}/"


def run_path(key: str) -> str:
    """The path of one course run."""
    return f"{API}/course_runs/{_quoted(key)}/"


def uncached() -> dict[str, str]:
    """A query that no cache has an answer for: discovery caches answers by address."""
    return {"_": uuid.uuid4().hex}


def drafts() -> dict[str, str]:
    """A query for what editors see, as it is now."""
    return {"editable": "1", **uncached()}


def address_batches(names: Sequence[str]) -> Iterator[list[str]]:
    """Names in batches whose address stays below what servers accept."""
    return in_batches_of(MOST_ADDRESS_BYTES, names, lambda name: len(quote(name, safe="")) + 3)


def _quoted(key: str) -> str:
    return quote(key, safe="+:")
