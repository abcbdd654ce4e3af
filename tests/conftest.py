"""For every test: uploads go to a folder of the test's own, wherever the settings would put them."""

from __future__ import annotations

import gc
import itertools
from typing import Any

import hypothesis
import pytest

# How long one example takes says how busy the machine is.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")

_FOLDERS = itertools.count()


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: looking through them again and again frees nothing."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _uploads_in_a_temporary_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    chosen = getattr(settings, "BULK_OPERATIONS", {})
    folder = tmp_path_factory.getbasetemp() / f"uploads-{next(_FOLDERS)}"  # made by the first upload, if there is one
    settings.BULK_OPERATIONS = {**chosen, "STORAGE_LOCATION": str(folder)}


class _OneForAllTasks:
    """A cache that gives what one task of a person has put there to every task of theirs."""

    def __init__(self) -> None:
        self._found: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        return self._found.get(name.rpartition(".")[2])

    def set(self, name: str, found: Any, _seconds: float) -> None:
        self._found[name.rpartition(".")[2]] = found


@pytest.fixture(scope="module")
def _names_of_module() -> _OneForAllTasks:
    return _OneForAllTasks()


@pytest.fixture
def names_fetched_once(_names_of_module: _OneForAllTasks, monkeypatch: pytest.MonkeyPatch) -> None:
    """For modules whose tests leave alone what files refer to by name: to fetch it is much of the time of a task."""
    monkeypatch.setattr("course_discovery_bulk.workers.context.cache", _names_of_module)
