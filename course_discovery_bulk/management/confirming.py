"""What the command asks before it writes: yes or no, or the number of rows if they are many."""

from __future__ import annotations

import sys

from course_discovery_bulk.management.refusals import Refusal
from course_discovery_bulk.service import BeforeApplying


def agrees_to_preview(before: BeforeApplying | None) -> bool:
    """Whether the person in front wants what the preview has shown."""
    if before is None or before.confirm is None:
        return _answer("Write these changes? [y/N] ").lower() in ("y", "yes")
    return _answer(f"Type {before.confirm}, the number of rows, to write these changes: ") == str(before.confirm)


def number_of_rows(rows: int) -> int:
    """The number of rows once somebody has typed it; Refusal if nobody can, or types another."""
    if not sys.stdin.isatty():
        raise Refusal(f"This would write up to {rows} rows without a preview. Add --yes, or use --dry-run first.")
    if _answer(f"This writes up to {rows} rows without a preview. Type {rows} to go on: ") != str(rows):
        raise Refusal("Nothing was started.")
    return rows


def _answer(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    try:
        return input().strip()
    except (EOFError, KeyboardInterrupt):
        return ""
