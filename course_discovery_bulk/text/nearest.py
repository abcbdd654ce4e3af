"""Names that look like a misspelt one, for “did you mean”."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process

LONGEST_NAME: Final = 200  # a longer text is no misspelt name, and would take long to compare
LEAST_LIKENESS: Final = 60  # in percent


def nearest(text: str, names: Sequence[str], *, most: int = 1) -> list[str]:
    """The names most like a text, best first; none for a text that is too long to be one."""
    if len(text) > LONGEST_NAME:
        return []
    found = process.extract(text, names, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=most)
    return [name for name, _likeness, _place in found]
