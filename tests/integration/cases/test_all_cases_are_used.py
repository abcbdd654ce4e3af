"""No file of a case lies there without a test that says what becomes of it."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cases.stored import CASES


def test_every_case_has_a_test() -> None:
    tests = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))

    assert sorted(path.name for path in CASES.iterdir() if f'"{path.stem}"' not in tests) == []
