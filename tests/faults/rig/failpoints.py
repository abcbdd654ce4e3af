"""Failpoints without a word in the package: functions that are named by their dotted paths are wrapped from outside.

A test describes them with `Failpoint`; the worker and the web server of the rig install those that come in the
variable FAULTS_FAILPOINTS before they do anything else. How often each was reached is counted in files, across
processes, so that "kill at the second time" kills once, and not again the worker that takes over.
"""

from __future__ import annotations

import fcntl
import functools
import importlib
import inspect
import json
import os
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VARIABLE = "FAULTS_FAILPOINTS"
FOLDER_VARIABLE = "FAULTS_FAILPOINTS_DIR"
PACKAGE = "course_discovery_bulk"
MARKED_LINE = re.compile(r"^bulk-\d+-(?P<line>\d+)-")
LONGEST_WAIT_SECONDS = 600.0

KILL = "kill"  # SIGKILL to this very process
STOP = "stop"  # SIGSTOP to this very process
RAISE = "raise"
EXIT = "exit"  # SystemExit, as in a cold shutdown
SLEEP = "sleep"
WAIT = "wait"  # until the test opens it
TOUCH = "touch"  # only count


class FailpointReached(Exception):
    """What the action RAISE raises."""


@dataclass(frozen=True, kw_only=True)
class Failpoint:
    """Where, and what happens there.

    `target` is a dotted path: `course_discovery_bulk.pipeline.record.record_outcome`, or a method:
    `course_discovery_bulk.discovery.client.DiscoveryClient.create_course`. With a `line`, only calls about that row of
    a file count. The first `skip` calls that count pass, the next `times` (None: all) suffer the action, before or
    after the function has run.
    """

    name: str
    target: str
    action: str = KILL
    moment: str = "before"
    line: int | None = None
    skip: int = 0
    times: int | None = 1
    seconds: float = 1.0


def environment(failpoints: list[Failpoint] | tuple[Failpoint, ...], folder: Path) -> dict[str, str]:
    """What a process needs to install them."""
    folder.mkdir(parents=True, exist_ok=True)
    return {VARIABLE: json.dumps([asdict(point) for point in failpoints]), FOLDER_VARIABLE: str(folder)}


def reached(name: str, folder: Path) -> int:
    """How many calls have counted for a failpoint, in all processes."""
    file = folder / name
    return len(file.read_bytes()) if file.exists() else 0


def open_wait(name: str, folder: Path) -> None:
    """Let those go on that wait at a failpoint."""
    (folder / f"{name}.open").touch()


def install() -> None:
    """Wrap what the environment names, wherever in the package it was imported to."""
    points = [Failpoint(**content) for content in json.loads(os.environ.get(VARIABLE, "[]"))]
    if not points:
        return
    _import_everything()
    for point in points:
        _wrap(point, Path(os.environ[FOLDER_VARIABLE]))


def _import_everything() -> None:
    """What is imported later would bring unwrapped functions with it."""
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        if ".migrations." not in module.name and ".management." not in module.name:
            importlib.import_module(module.name)


def _wrap(point: Failpoint, folder: Path) -> None:
    owner, name = _owner_of(point.target)
    original = getattr(owner, name)
    wrapper = _wrapper(point, original, folder)
    setattr(owner, name, wrapper)
    for module_name, module in list(sys.modules.items()):
        if module_name.split(".")[0] != PACKAGE:
            continue
        for found, value in list(vars(module).items()):
            if value is original:
                setattr(module, found, wrapper)


def _owner_of(target: str) -> tuple[Any, str]:
    """The module or class that holds the last part of a dotted path."""
    path, _, name = target.rpartition(".")
    try:
        return importlib.import_module(path), name
    except ModuleNotFoundError:
        module, _, class_name = path.rpartition(".")
        return getattr(importlib.import_module(module), class_name), name


def _wrapper(point: Failpoint, original: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        is_meant = point.line is None or _line_of(signature.bind(*args, **kwargs).arguments) == point.line
        if is_meant and point.moment == "before":
            _strike(point, folder)
        result = original(*args, **kwargs)
        if is_meant and point.moment == "after":
            _strike(point, folder)
        return result

    return wrapped


def _line_of(arguments: dict[str, Any]) -> int | None:
    """The row of a file that a call is about, as far as its arguments say."""
    if "row_pk" in arguments:
        from course_discovery_bulk.models import BulkOperationRow

        return BulkOperationRow.objects.values_list("line", flat=True).get(pk=arguments["row_pk"])
    for value in arguments.values():
        marked = MARKED_LINE.match(str(getattr(value, "request_id", "") or ""))
        if marked:
            return int(marked["line"])
        line = getattr(value, "line", None) or getattr(getattr(value, "_job", None), "line", None)
        if isinstance(line, int):
            return line
    return None


def _strike(point: Failpoint, folder: Path) -> None:
    count = _count(folder / point.name)
    is_over = point.times is not None and count > point.skip + point.times
    if count <= point.skip or is_over:
        return
    if point.action == KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    elif point.action == STOP:
        os.kill(os.getpid(), signal.SIGSTOP)
    elif point.action == RAISE:
        raise FailpointReached(point.name)
    elif point.action == EXIT:
        raise SystemExit(point.name)
    elif point.action == SLEEP:
        time.sleep(point.seconds)
    elif point.action == WAIT:
        _wait(folder / f"{point.name}.open")
    elif point.action != TOUCH:
        raise ValueError(f"there is no action {point.action!r}")


def _count(file: Path) -> int:
    """One more; the number so far, this one included."""
    with file.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.write(b".")
        stream.flush()
        return stream.tell()


def _wait(file: Path) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
