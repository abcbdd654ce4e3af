"""For every test: uploads go to a folder of the test's own, wherever the settings would put them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk.models import BulkOperationTask


@pytest.fixture(autouse=True)
def _uploads_in_a_temporary_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from course_discovery_bulk.storage import upload_storage

    chosen = getattr(settings, "BULK_OPERATIONS", {})
    settings.BULK_OPERATIONS = {**chosen, "STORAGE_LOCATION": str(tmp_path / "uploads")}
    # The field took its storage when the models were loaded.
    monkeypatch.setattr(BulkOperationTask._meta.get_field("csv_file"), "storage", upload_storage())
