"""The outcome that a sample is known to have, kept in a file beside it, and how another outcome differs from it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Outcome = dict[str, Any]


def expectation_of(sample: Path) -> Path:
    """Where the expected outcome of a sample file is kept."""
    return sample.with_suffix(".expected.json")


def outcome_of(user: str, task: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Outcome:
    """What became of a file: who uploaded it, how the task ended, and of each line status, key and problem codes."""
    return {
        "user": user,
        "status": task["status"],
        "rows": {
            str(row["line"]): {
                "status": row["status"],
                "key": row["object_key"],
                "codes": [found["code"] for found in row["problems"]],
            }
            for row in rows
        },
    }


def differences(expected: Outcome, found: Outcome) -> list[str]:
    """The lines in which two outcomes differ, as a diff; empty if they are the same."""
    return list(difflib.unified_diff(_lines(expected), _lines(found), "expected", "found", lineterm="", n=0))


def read_expectation(sample: Path, user: str) -> Outcome | None:
    """The outcome that is known for this sample and this user; None where none is."""
    kept = expectation_of(sample)
    if not kept.exists():
        return None
    expected: Outcome = json.loads(kept.read_text(encoding="utf-8"))
    return expected if expected["user"] == user else None


def _lines(outcome: Outcome) -> list[str]:
    head = [f"{name}: {value}" for name, value in outcome.items() if name != "rows"]
    return [*head, *(f"line {line}: {json.dumps(row, sort_keys=True)}" for line, row in outcome["rows"].items())]
