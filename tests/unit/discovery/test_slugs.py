"""Slugs are looked up only where the table of the host is at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest

from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.slugs import find_slugs


@dataclass(frozen=True)
class Client:
    """All that the look-up asks of a client."""

    url_slug_model: str


@pytest.mark.parametrize("model", ["", "course_metadata.NoSuchModel", "nonsense"])
def test_without_the_table_nothing_is_known(model: str) -> None:
    assert find_slugs(cast(DiscoveryClient, Client(model)), ["taken"], ["edX"]) == {}


def test_rows_without_slugs_ask_for_nothing(monkeypatch: Any) -> None:
    monkeypatch.setattr("django.apps.apps.get_model", lambda *_names: pytest.fail("it was asked for"))

    assert find_slugs(cast(DiscoveryClient, Client("sandbox_discovery.UrlSlug")), [], ["edX"]) == {}
