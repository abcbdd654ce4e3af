"""Ctrl-C while a task runs: the first asks for a stop at the next safe place, the second leaves at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class StopWish:
    """Whether somebody has pressed Ctrl-C."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self.is_there = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """The signal handler: it runs between any two steps of the work, so it does nothing but note and say."""
        if self.is_there:
            raise KeyboardInterrupt
        self.is_there = True
        self._say("\nStopping after the row in hand. Press Ctrl-C once more to leave that to the workers.")


@contextmanager
def stop_wish(say: Callable[[str], object]) -> Iterator[StopWish]:
    """Take Ctrl-C for a wish while the block runs. Threads other than the main one get no signals."""
    wish = StopWish(say)
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = signal.signal(signal.SIGINT, wish)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, before)
