"""Names compared without regard to case and blanks."""

from __future__ import annotations


def fold(text: str) -> str:
    """The form in which names are compared: trimmed, blanks joined, case-folded."""
    return " ".join(text.split()).casefold()
