"""The discovery in memory that tests of operations use: as the real client on the outside."""

from __future__ import annotations

import inspect

import pytest

from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.testing import FakeDiscovery
from course_discovery_bulk.testing.discovery import WRITES

CALLS = [name for name in vars(FakeDiscovery) if name.startswith((*WRITES, "get_", "list_"))]


@pytest.mark.parametrize("name", CALLS)
def test_the_fake_is_called_as_the_client_is(name: str) -> None:
    assert inspect.signature(getattr(FakeDiscovery, name)) == inspect.signature(getattr(DiscoveryClient, name))
