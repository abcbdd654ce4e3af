"""Child processes: started in a group of their own, watched through their logs, and stopped without leftovers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

POLL_SECONDS = 0.05
SHOWN_LOG_LINES = 25
PROJECT = Path(__file__).resolve().parents[2]

Pause = Callable[[float], None]


class StartFailure(Exception):
    """A part of the site did not come up; the text says which, and ends with its log."""


class Child:
    """One process and its log file. A terminal's Ctrl-C does not reach it: whoever started it stops it."""

    def __init__(self, name: str, arguments: Sequence[str], *, environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._is_asked = self._is_over = False
        self._offset = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                arguments,
                cwd=PROJECT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while the process runs."""
        return self._process.poll()

    def output(self) -> str:
        """What this process has written so far."""
        with self.log.open("rb") as stream:
            stream.seek(self._offset)
            return stream.read().decode(errors="replace")

    def log_tail(self) -> str:
        """The end of its log under a heading, for a person who asks why."""
        lines = self.output().splitlines()[-SHOWN_LOG_LINES:]
        return "\n".join([f"--- the end of {self.log}", *lines])

    def finish(self, seconds: float, *, pause: Pause = time.sleep) -> None:
        """Wait for it to end well; StartFailure if it does not, or not in time."""
        wait_until(lambda: self.exit_code == 0, seconds, self, pause=pause)

    def terminate(self) -> None:
        """Ask it, once, to finish what it is doing and end."""
        if not self._is_asked:
            self._process.terminate()
            self._is_asked = True

    def kill(self) -> None:
        """End it and everything it started, at once."""
        if self._is_over:
            return  # its number may belong to another process by now
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._is_over = True

    def stop(self, seconds: float) -> None:
        """Ask it to end, and end it by force if it has not by then; what it started ends in any case."""
        self.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()


def wait_until(is_so: Callable[[], bool], seconds: float, child: Child, *, pause: Pause = time.sleep) -> None:
    """Look again and again until `is_so`; StartFailure with the child's log if it ends before, or time runs out."""
    deadline = time.monotonic() + seconds
    while True:
        exit_code = child.exit_code  # before looking: what it did last still counts
        if is_so():
            return
        if exit_code is not None:
            raise StartFailure(f"The {child.name} ended with code {exit_code}.\n{child.log_tail()}")
        if time.monotonic() > deadline:
            raise StartFailure(f"The {child.name} took longer than {seconds:.0f} s.\n{child.log_tail()}")
        pause(POLL_SECONDS)


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    """Whether somebody on this machine accepts connections there."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0
