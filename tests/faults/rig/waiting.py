"""Waits for something to become so, and says what was missing if it does not."""

from __future__ import annotations

import time
from collections.abc import Callable

POLL_SECONDS = 0.05


def wait_for(is_so: Callable[[], object], seconds: float, what: str, explain: Callable[[], str] | None = None) -> float:
    """Look again and again; how long it took. AssertionError when time runs out."""
    started = time.monotonic()
    while True:
        if is_so():
            return time.monotonic() - started
        if time.monotonic() - started > seconds:
            raise AssertionError(f"waited {seconds:.0f} s for {what}" + (f"\n{explain()}" if explain else ""))
        time.sleep(POLL_SECONDS)
