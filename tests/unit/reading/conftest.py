"""Workbooks are read in the process of the tests; that other process is tested in `tests/unit/workbooks`."""

from __future__ import annotations

import pytest

from tests.unit.reading.workbooks import read_in_this_process


@pytest.fixture(autouse=True)
def _in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_this_process(monkeypatch)
