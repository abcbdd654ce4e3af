"""Waits for something to become so, and says what was missing if it does not.

Bounds are those of a machine that has nothing else to do; on a busy one everything takes longer, and so may a test.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

POLL_SECONDS = 0.05
SLOWEST = 5.0


def allowed(seconds: float) -> float:
    """What something may take now that may take so many seconds on an idle machine."""
    return seconds * min(SLOWEST, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def wait_for(is_so: Callable[[], object], seconds: float, what: str, explain: Callable[[], str] | None = None) -> float:
    """Look again and again; how long it took. AssertionError when time runs out."""
    started = time.monotonic()
    while True:
        if is_so():
            return time.monotonic() - started
        waited = time.monotonic() - started
        if waited > allowed(seconds):
            raise AssertionError(f"waited {waited:.0f} s for {what}" + (f"\n{explain()}" if explain else ""))
        time.sleep(POLL_SECONDS)
