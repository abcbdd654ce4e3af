"""A Redis server of the suite's own, where the sandbox is to run on the one that operators have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.demo.processes import Child, free_port, is_listening, wait_until

START_SECONDS = 10.0


@contextmanager
def redis_server(program: str, folder: Path) -> Iterator[str]:
    """Run the program on a free port of this machine, with nothing kept; its address."""
    port = free_port()
    place = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    child = Child("Redis server", [program, *place], environment={}, log=folder / "redis.log")
    try:
        wait_until(lambda: is_listening(port), START_SECONDS, child)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        child.kill()
