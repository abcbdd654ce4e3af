"""Fixtures for tries at executing a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from course_discovery_bulk.testing import FakeDiscovery
from tests.unit.pipeline.executing.attempts import Attempt


@pytest.fixture
def discovery() -> FakeDiscovery:
    return FakeDiscovery()


@pytest.fixture
def attempt(discovery: FakeDiscovery, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Attempt]:
    def make(**given: Any) -> Attempt:
        made = Attempt(**{"discovery": discovery, **given})
        monkeypatch.setattr("time.sleep", made.naps.append)
        return made

    return make
