"""What a plan sets off besides its own changes, in words: for everybody who is asked to agree to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from course_discovery_bulk.choices import SideEffect


def side_effects(summary: Mapping[str, Any] | None) -> Iterator[str]:
    """What a plan sets off besides its own changes; those to be careful with first."""
    counts = (summary or {}).get("forecast", {}).get("side_effects", {})
    found = {name: number for name, number in counts.items() if number}
    for effect in SideEffect:
        if effect in found:
            yield str(effect.text % {"n": found.pop(effect)})
    for name, number in found.items():  # stored by an operation that is not ours
        yield f"{name.replace('_', ' ')}: {number}"
