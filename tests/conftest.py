"""For every test: uploads go to a folder of the test's own, wherever the settings would put them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _uploads_in_a_temporary_folder(settings: Any, tmp_path: Path) -> None:
    chosen = getattr(settings, "BULK_OPERATIONS", {})
    settings.BULK_OPERATIONS = {**chosen, "STORAGE_LOCATION": str(tmp_path / "uploads")}
