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
