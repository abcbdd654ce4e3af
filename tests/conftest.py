"""For every test: uploads go to a folder of the test's own, wherever the settings would put them."""

from __future__ import annotations

import gc
import itertools
from typing import Any

import hypothesis
import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import committed

# How long one example takes says how busy the machine is. `make test-properties` takes the second profile.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=100)
hypothesis.settings.load_profile("quick")

_FOLDERS = itertools.count()


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: looking through them again and again frees nothing.

    What a test leaves behind is small, so it is looked for seldom: that was a sixth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database; emptying it means copying back what the migrations made."""
    with django_db_blocker.unblock():
        committed.remember_empty()
    TransactionTestCase._fixture_teardown = lambda self: committed.empty()


@pytest.fixture(autouse=True)
def _uploads_in_a_temporary_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    chosen = getattr(settings, "BULK_OPERATIONS", {})
    folder = tmp_path_factory.getbasetemp() / f"uploads-{next(_FOLDERS)}"  # made by the first upload, if there is one
    settings.BULK_OPERATIONS = {**chosen, "STORAGE_LOCATION": str(folder)}


class _OneForAllTasks:
    """A cache that gives what one task of a person has put there to every task of theirs."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found

    def get(self, name: str) -> Any:
        return self._found.get(self._owner(name))

    def set(self, name: str, found: Any, _seconds: float) -> None:
        self._found[self._owner(name)] = found

    def _owner(self, name: str) -> str:
        """The person, or the person at a host: without the task."""
        return name.removeprefix("course_discovery_bulk.lookups.").partition(".")[2]


@pytest.fixture
def names_fetched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For modules whose tests leave alone what files refer to by name: to fetch it is much of the time of a task."""
    for user in ("workers.context", "discovery.session"):
        monkeypatch.setattr(f"course_discovery_bulk.{user}.cache", _OneForAllTasks(committed.names()))
