"""Ctrl-C and the other ways to stop the demo, noticed only where it waits: nothing is cut off half-way."""

from __future__ import annotations

import signal
import threading
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """Somebody asked the demo to stop."""


class Interrupts:
    """Remembers a signal to stop until somebody waits."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def install(self) -> None:
        """Catch the signals from now on, even where the starter had them ignored."""
        for number in SIGNALS:
            signal.signal(number, self._note)

    def pause(self, seconds: float) -> None:
        """Sleep; Interrupted as soon as somebody asks to stop, or at once if somebody has."""
        if self._asked.wait(seconds):
            raise Interrupted

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._asked.set()
