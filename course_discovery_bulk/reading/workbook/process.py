"""Starts the process that reads a workbook, hands it the file, and takes its answer line by line.

A process of Python's own, not one of multiprocessing: a worker of Celery may not have children of that kind. It gets no
environment but what Python needs to start, so the service's secrets stay with the service. Its session is its own, so
a signal to the group of a worker does not stop it.

How it ends says whose fault that is. Its own limits stop it in ways that nothing else does; everything else is passing
trouble of this host, and no fault of the workbook.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, Final

from course_discovery_bulk.exceptions import ReaderUnavailable
from course_discovery_bulk.reading.decoding import read_blocks
from course_discovery_bulk.reading.workbook.answers import (
    LINE_BYTES,
    OUT_OF_MEMORY,
    TOO_DEMANDING,
    Request,
    Unreadable,
)

_CHILD: Final = "course_discovery_bulk.reading.workbook.child"
_ROOT: Final = Path(__file__).parents[3]
_KEPT: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR")
_BLOCK_BYTES: Final = 64 * 1024
_WAIT_TIMES: Final = 4  # how long to wait, in times of the processor time of the child: a busy host gives it late
# What ends a child at a limit: on processor time, on memory if a library cannot say so, or on the stack.
_BY_LIMITS: Final = (OUT_OF_MEMORY, -signal.SIGXCPU, -signal.SIGABRT, -signal.SIGSEGV)


@contextmanager
def reading_process(file: BinaryIO, request: Request) -> Iterator[Iterator[bytes]]:
    """The lines of the answer, while the process runs; it ends with the block.

    Raises ReaderUnavailable if this host cannot run the process now. The iterator raises Unreadable if the process
    takes more than the request allows, and ReaderUnavailable if anything else stops it.
    """
    with closing(_copy(file)) as copy, _host_trouble():
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


def _copy(file: BinaryIO) -> IO[bytes]:
    """The file as one that a process can be given."""
    with _host_trouble():
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        for block in read_blocks(file):
            with _host_trouble():
                copy.write(block)
        with _host_trouble():
            copy.seek(0)
    except BaseException:
        with suppress(OSError):  # it tries once more to write what found no room
            copy.close()
        raise
    return copy


@contextmanager
def _host_trouble() -> Iterator[None]:
    """A full disk, no more processes, no interpreter: nothing that the file could help."""
    try:
        yield
    except OSError as error:
        raise ReaderUnavailable(error.strerror or type(error).__name__) from error


def _start(file: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own program, and nothing of the file is among its arguments
        [find_python(), "-P", "-m", _CHILD, str(file.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[file.fileno()],
        env={**environment, "PYTHONPATH": os.pathsep.join(_folders()), "PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
    )


def _folders() -> list[str]:
    """Where this process finds modules, in its order: the folder of the package must not come before Python's own."""
    folders = [os.path.abspath(folder) for folder in sys.path if folder]  # noqa: PTH100 - text is wanted
    return folders if str(_ROOT) in folders else [*folders, str(_ROOT)]


def _lines(process: subprocess.Popen[bytes], request: Request) -> Iterator[bytes]:
    assert process.stdin is not None  # both are pipes
    with suppress(BrokenPipeError):  # what ended it is said below
        process.stdin.write(request.as_json().encode() + b"\n")
        process.stdin.flush()
    yield from _split(_blocks(process, seconds=max(request.seconds, 1) * _WAIT_TIMES))
    code = process.wait()
    if code in _BY_LIMITS:
        raise Unreadable(TOO_DEMANDING)
    if code:
        raise ReaderUnavailable(f"signal {-code}" if code < 0 else f"exit code {code}")


def _split(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines, without one that is not complete. Each byte is copied once or twice, however long its line is."""
    begun: list[bytes] = []
    size = 0
    for block in blocks:
        first, *others = block.split(b"\n")
        begun.append(first)
        size += len(first)
        if size > LINE_BYTES:
            raise Unreadable(TOO_DEMANDING)
        if others:
            yield b"".join(begun)
            yield from others[:-1]
            begun, size = others[-1:], len(others[-1])


def _blocks(process: subprocess.Popen[bytes], *, seconds: float) -> Iterator[bytes]:
    """What the process writes, as it comes; only the time that is spent waiting for it counts."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            since = time.monotonic()
            if not selector.select(max(seconds, 0)):
                raise ReaderUnavailable("no answer in time")
            seconds -= time.monotonic() - since
            block = os.read(process.stdout.fileno(), _BLOCK_BYTES)
            if not block:
                return
            yield block
