"""The whole site as processes on this machine: database, broker, workers and web server, all in one folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from sandbox.demo.broker import Broker
from sandbox.demo.processes import Child, Pause, StartFailure, free_port, is_listening, wait_until

DATABASE_SECONDS = 120.0
READY_SECONDS = 60.0
STOP_SECONDS = 5.0
READY_MARK = " ready."
WORKER_OPTIONS = ("--concurrency=2", "--loglevel=INFO", "--without-gossip", "--without-mingle", "--without-heartbeat")


class Site:
    """Starts the parts on ports of 127.0.0.1 and, as a context, stops every part that it started."""

    def __init__(self, folder: Path, *, port: int | None = None, pause: Pause = time.sleep) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.page = f"{self.url}/bulk-operations/"
        self.database = folder / "sandbox.sqlite3"
        self.broker = Broker(folder / "valkey", free_port())
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "sandbox.settings",
            "SANDBOX_STATE_DIR": str(folder),
            "SANDBOX_BROKER_URL": self.broker.url,
            "SANDBOX_SITE_URL": self.url,
        }
        self._pause = pause
        self._children: list[Child] = []

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def check_port(self) -> None:
        """StartFailure if somebody else has the web server's port: the demo would talk to a stranger."""
        if is_listening(self.port):
            raise StartFailure(f"Port {self.port} is taken by another program.")

    def make_database(self) -> None:
        """Create the tables and the seeded catalog; what is there already stays."""
        maker = self._child("database set-up", "-m", "sandbox.demo.database")
        maker.finish(DATABASE_SECONDS, pause=self._pause)

    def start_web(self) -> Child:
        """Start the web server; `await_web` says when it answers."""
        address = f"127.0.0.1:{self.port}"
        return self._child("web server", "-m", "django", "runserver", "--noreload", "--skip-checks", address)

    def await_web(self, web: Child) -> None:
        """Wait until the web server takes requests."""
        wait_until(lambda: is_listening(self.port), READY_SECONDS, web, pause=self._pause)

    def start_worker(self, environment: Mapping[str, str] | None = None) -> Child:
        """Start a Celery worker; `await_worker` says when it takes jobs. Several may run at once."""
        name = f"worker{len(self._children)}@sandbox"
        arguments = ("-m", "celery", "--app=sandbox", "worker", f"--hostname={name}", *WORKER_OPTIONS)
        return self._child("Celery worker", *arguments, environment=environment)

    def await_worker(self, worker: Child) -> None:
        """Wait until the worker takes jobs."""
        wait_until(lambda: READY_MARK in worker.output(), READY_SECONDS, worker, pause=self._pause)

    def ended_child(self) -> Child | None:
        """A web server or worker that has ended by itself."""
        return next((child for child in self._children if child.exit_code), None)

    def stop(self) -> None:
        """Stop everything: workers while their broker is still there, then the rest."""
        for child in reversed(self._children):
            child.terminate()
        for child in reversed(self._children):
            child.stop(STOP_SECONDS)
        self.broker.stop()

    def _child(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Child:
        child = Child(
            name,
            [sys.executable, *arguments],
            environment={**self.environment, **(environment or {})},
            log=self.folder / f"{name.lower().replace(' ', '-')}.log",
        )
        self._children.append(child)
        return child
