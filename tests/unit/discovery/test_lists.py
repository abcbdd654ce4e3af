"""Lists of several pages: read to their end, from our own base, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk.discovery import lists
from course_discovery_bulk.exceptions import Misconfigured
from tests.unit.discovery.serving import (
    connect,
    page,
    says,
    serving,
)


def test_a_list_is_read_to_its_end() -> None:
    with serving(page("a", "b")) as site:
        site.answers[:] = [page("a", "b", following=f"{site.url}/api/v1/collaborators/?cursor=c%2B1"), page("c")]
        found = [item["key"] for item in connect(site).list_collaborators()]

    assert found == ["a", "b", "c"]
    assert site.seen[1].target == "/api/v1/collaborators/?cursor=c%2B1"


@pytest.mark.parametrize("following", ["{other}/api/v1/subjects/?page=2", "//evil.invalid/api/v1/subjects/?page=2"])
def test_the_next_page_is_asked_of_our_own_base(following: str) -> None:
    with serving(page("stolen")) as other, serving(page("a")) as site:
        site.answers[:] = [page("a", following=following.format(other=other.url)), page("b")]
        found = [item["key"] for item in connect(site).list_subjects()]

    assert found == ["a", "b"]
    assert other.seen == []
    assert site.seen[1].target == "/api/v1/subjects/?page=2"


def test_a_list_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_PAGES", 3)
    endless = page("a", following="http://x/api/v1/sources/?page=2")

    with serving(endless) as site, pytest.raises(Misconfigured, match="has no end"):
        list(connect(site).list_sources())

    assert len(site.seen) == 3


@pytest.mark.parametrize("body", [[], {"count": 0}, "text", None])
def test_a_list_that_is_none_is_no_empty_list(body: Any) -> None:
    with serving(says(body)) as site, pytest.raises(Misconfigured):
        list(connect(site).list_sources())
