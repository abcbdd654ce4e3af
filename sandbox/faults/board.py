"""What a test orders, in a folder that it shares with the processes that obey: faults, their use, and gates.

The side of the test writes orders and opens gates; the side of the stand-in takes an order for every call and waits at
gates. A lock on one file makes "the next two calls" mean two calls, however many processes there are.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.faults.answers import Answer

POLL_SECONDS = 0.01
LONGEST_HOLD_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to calls that match: hold or delay before the effect, the effect, hold or delay after it, answer.

    `method` must match whole, `path` and `request_id` somewhere; all are regular expressions. The first `skip` calls
    that match pass untouched, the next `times` are broken (None: all), but none later than `seconds` after the first.
    """

    method: str = ".*"
    path: str = ""
    request_id: str = ""
    times: int | None = 1
    skip: int = 0
    seconds: float | None = None
    gate_before: str = ""
    delay_before: float = 0.0
    has_effect: bool = True
    gate_after: str = ""
    delay_after: float = 0.0
    answer: Answer | None = None

    def matches(self, method: str, path: str, request_id: str) -> bool:
        """Whether a call is one of those meant."""
        return bool(
            re.fullmatch(self.method, method) and re.search(self.path, path) and re.search(self.request_id, request_id)
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**vars(self), "answer": self.answer.as_dict() if self.answer else None}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Fault:
        """The reverse of `as_dict`."""
        answer = Answer(**content["answer"]) if content["answer"] else None
        return cls(**{**content, "answer": answer})


class Board:
    """The folder, seen from both sides."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._orders = folder / "orders"
        self._gates = folder / "gates"
        for part in (self._orders, self._gates):
            part.mkdir(parents=True, exist_ok=True)

    # --- the side of the test

    def add(self, fault: Fault) -> str:
        """Order a fault; its name. Where several match a call, the one ordered first is taken."""
        with self.alone():
            name = f"{len(list(self._orders.glob('*.json'))):04}"
            _write(self._orders / f"{name}.json", {"fault": fault.as_dict(), "seen": 0, "first": None, "on": True})
        return name

    def remove(self, name: str) -> None:
        """From now on the fault does not happen."""
        with self.alone():
            order = self._orders / f"{name}.json"
            _write(order, {**_read(order), "on": False})

    def used(self, name: str) -> int:
        """How many calls it has broken."""
        with self.alone():
            order = _read(self._orders / f"{name}.json")
        return max(0, int(order["seen"]) - int(order["fault"]["skip"]))

    def clear(self) -> None:
        """Heal everything: no fault happens any more, and every gate is open."""
        for order in sorted(self._orders.glob("*.json")):
            self.remove(order.stem)
        for gate in self._gates.glob("*.closed"):
            gate.unlink(missing_ok=True)

    def close_gate(self, name: str) -> None:
        """Calls that come to this gate wait from now on."""
        (self._gates / f"{name}.closed").touch()

    def open_gate(self, name: str) -> None:
        """Let those that wait go on, and those that come later pass."""
        (self._gates / f"{name}.closed").unlink(missing_ok=True)

    def held_at(self, name: str) -> list[dict[str, Any]]:
        """The calls that have come to a gate, in order: `pid`, `method`, `path`, `request_id`."""
        return [_read(mark) for mark in sorted(self._gates.glob(f"{name}.*.held"))]

    # --- the side of the stand-in

    def take(self, method: str, path: str, request_id: str) -> Fault | None:
        """The fault that this call suffers; it counts as used."""
        with self.alone():
            for file in sorted(self._orders.glob("*.json")):
                order = _read(file)
                fault = Fault.from_dict(order["fault"])
                if order["on"] and fault.matches(method, path, request_id) and _is_due(order, fault):
                    seen = order["seen"] + 1
                    _write(file, {**order, "seen": seen, "first": order["first"] or time.time()})
                    if seen > fault.skip:
                        return fault
        return None

    def pass_gate(self, name: str, about: Mapping[str, Any]) -> None:
        """Wait while a gate is closed; the test can see who waits."""
        gate = self._gates / f"{name}.closed"
        if not gate.exists():
            return
        _write(self._gates / f"{name}.{time.time_ns()}.held", {**about, "pid": os.getpid()})
        deadline = time.monotonic() + LONGEST_HOLD_SECONDS
        while gate.exists() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Meanwhile no call is asking for its fault: a process that is stopped in there holds up everybody."""
        with (self.folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _is_due(order: Mapping[str, Any], fault: Fault) -> bool:
    is_over = fault.times is not None and order["seen"] >= fault.skip + fault.times
    is_late = fault.seconds is not None and order["first"] and time.time() > order["first"] + fault.seconds
    return not is_over and not is_late


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _write(file: Path, content: Mapping[str, Any]) -> None:
    """Whoever reads sees all of it or nothing, also if the writer is killed."""
    part = file.with_name(f"{file.name}.{os.getpid()}.{time.time_ns()}.part")
    part.write_text(json.dumps(content), encoding="utf-8")
    part.rename(file)
