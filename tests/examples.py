"""How many examples a property gets: all of them in `make test-properties`, a fifth of them in `make test`."""

from __future__ import annotations

from hypothesis import settings

ALL = 100  # max_examples of the thorough profile


def share_of(count: int) -> int:
    """So many of `count` examples as the profile allows."""
    return count * settings().max_examples // ALL
