"""Starts the process that reads a workbook, hands it the file, and takes its answer line by line.

A process of Python's own, not one of multiprocessing: a worker of Celery may not have children of that kind. It gets no
environment but what Python needs to start, so the service's secrets stay with the service.
"""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, Final

from course_discovery_bulk.reading.decoding import read_blocks
from course_discovery_bulk.reading.workbook.answers import TOO_DEMANDING, Request, Unreadable

_CHILD: Final = "course_discovery_bulk.reading.workbook.child"
_ROOT: Final = Path(__file__).parents[3]
_KEPT: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR")
_BLOCK_BYTES: Final = 64 * 1024
_LINE_TIMES: Final = 8  # how much longer than the limit on the file a line of the answer may be, as JSON in UTF-8
_WAIT_SECONDS: Final = 4  # for a processor, on top of the time that the child may use one


@contextmanager
def reading_process(file: BinaryIO, request: Request) -> Iterator[Iterator[bytes]]:
    """The lines of the answer, while the process runs; it ends with the block.

    Raises Unreadable, from the iterator, if the process takes more time than the request allows.
    """
    with tempfile.TemporaryFile() as copy:
        for block in read_blocks(file):
            copy.write(block)
        copy.seek(0)
        process = _start(copy)
    try:
        yield _lines(process, request)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def find_python() -> str:
    """The interpreter to start; `sys.executable` is another program where Python runs inside one, as under uWSGI."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folders = (sysconfig.get_path("scripts"), f"{sys.prefix}/bin", f"{sys.base_prefix}/bin")
    found = (shutil.which(name, path=folder) for folder in folders)
    candidates = (sys.executable, *found, getattr(sys, "_base_executable", ""), shutil.which("python3"))
    return next((path for path in candidates if path and Path(path).name.startswith("python")), sys.executable)


def _start(file: IO[bytes]) -> subprocess.Popen[bytes]:
    folders = [str(_ROOT), *(os.path.abspath(folder) for folder in sys.path if folder)]  # noqa: PTH100 - text is wanted
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own program, and nothing of the file is among its arguments
        [find_python(), "-P", "-m", _CHILD, str(file.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[file.fileno()],
        env={**environment, "PYTHONPATH": os.pathsep.join(folders), "PYTHONIOENCODING": "utf-8"},
    )


def _lines(process: subprocess.Popen[bytes], request: Request) -> Iterator[bytes]:
    assert process.stdin is not None  # both are pipes
    with suppress(BrokenPipeError):  # what ended it is said below
        process.stdin.write(request.as_json().encode() + b"\n")
        process.stdin.flush()
    rest = b""
    for block in _blocks(process, seconds=request.seconds + _WAIT_SECONDS):
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > request.max_bytes * _LINE_TIMES:
            raise Unreadable(TOO_DEMANDING)
        yield from lines
    code = process.wait()
    if code > 0:
        raise RuntimeError(f"The process that reads workbooks cannot run; it ended with {code}.")
    if code < 0:
        raise Unreadable(TOO_DEMANDING)


def _blocks(process: subprocess.Popen[bytes], *, seconds: float) -> Iterator[bytes]:
    """What the process writes, as it comes; only the time that is spent waiting for it counts."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            since = time.monotonic()
            if not selector.select(max(seconds, 0)):
                raise Unreadable(TOO_DEMANDING)
            seconds -= time.monotonic() - since
            block = os.read(process.stdout.fileno(), _BLOCK_BYTES)
            if not block:
                return
            yield block
