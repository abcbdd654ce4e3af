"""Real processes of one site: started with a log each, hurt by signals, and none of them left behind."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from sandbox.demo.processes import Child
from tests.faults.rig.waiting import wait_for

STOP_SECONDS = 5.0


class Process(Child):
    """A process in a group of its own; signals go to it alone, or to it and all that it started."""

    def send(self, number: int, *, to_group: bool = False) -> None:
        if to_group:
            os.killpg(self.pid, number)
        else:
            os.kill(self.pid, number)

    def freeze(self) -> None:
        """SIGSTOP to the whole group."""
        self.send(signal.SIGSTOP, to_group=True)

    def thaw(self) -> None:
        self.send(signal.SIGCONT, to_group=True)

    def kill_main(self) -> None:
        """SIGKILL to the process alone; what it started may live on."""
        self.send(signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL to it and all that it started; when this returns they are gone, and so are their ports."""
        started = self.children()
        super().kill()
        wait_for(lambda: all(is_gone(each) for each in started), STOP_SECONDS, "processes to end")

    def children(self) -> list[int]:
        """Pids of what it started: of a Celery worker, the processes that run jobs."""
        return [child.pid for child in self._started()]

    def kill_children(self) -> None:
        """SIGKILL to what it started, as the kernel does when memory runs out."""
        for pid in self.children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def memory(self) -> int:
        """Bytes that it and what it started hold in memory."""
        return sum(each.memory_info().rss for each in [psutil.Process(self.pid), *self._started()])

    def _started(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    @property
    def is_running(self) -> bool:
        return self.exit_code is None


def is_gone(pid: int) -> bool:
    """Whether it is over; one that its parent has yet to take notice of holds nothing any more."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Processes:
    """All processes of one site, with an environment and a folder of logs in common."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)
        self.all: list[Process] = []
        folder.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Process:
        """Start a program; its log has its name and its number."""
        process = Process(
            name,
            arguments,
            environment={**self.environment, **(environment or {})},
            log=self.folder / f"{name}-{len(self.all)}.log",
        )
        self.all.append(process)
        return process

    def python(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Process:
        """Start a program of this Python: `"-m", "celery", ...`."""
        return self.start(name, [sys.executable, *arguments], environment)

    def logs(self) -> dict[str, str]:
        """Everything that was written, by the log's name."""
        return {log.name: log.read_text(errors="replace") for log in sorted(self.folder.glob("*.log"))}

    def stop(self) -> None:
        """End all of them by force, the last first: what is worth looking at is in their logs and in the database."""
        for process in reversed(self.all):
            process.kill()
