"""The test's hand on the stand-in: order faults, hold calls at gates, and read the ledger."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.faults import ledger
from sandbox.faults.answers import Answer
from sandbox.faults.board import Board, Fault
from sandbox.faults.read_cache import ReadCache
from tests.faults.rig.waiting import wait_for

HELD_SECONDS = 30.0
OURS = "^bulk-"  # request ids of calls that workers make
COURSE_LIST = "/courses/$"
RUN_LIST = "/course_runs/$"


def of_row(line: int, task: int | None = None) -> str:
    """The expression for `request_id` that matches the calls of one row."""
    return f"^bulk-{'[0-9]+' if task is None else task}-{line}-"


@dataclass(frozen=True)
class Order:
    """A fault that was ordered."""

    board: Board
    name: str

    @property
    def used(self) -> int:
        """How many calls it has broken."""
        return self.board.used(self.name)

    def wait_used(self, times: int = 1, seconds: float = HELD_SECONDS) -> None:
        wait_for(lambda: self.used >= times, seconds, f"fault {self.name} to happen {times} times")

    def remove(self) -> None:
        self.board.remove(self.name)


@dataclass(frozen=True)
class Gate:
    """A place where calls are held."""

    board: Board
    name: str

    @property
    def held(self) -> list[dict[str, Any]]:
        """The calls that came to it: `pid` of the process that serves them, `method`, `path`, `request_id`."""
        return self.board.held_at(self.name)

    def wait_held(self, count: int = 1, seconds: float = HELD_SECONDS) -> dict[str, Any]:
        """Wait until a call is held; the last of those that came."""
        wait_for(lambda: len(self.held) >= count, seconds, f"{count} calls to come to gate {self.name}")
        return self.held[-1]

    def open(self) -> None:
        self.board.open_gate(self.name)


class Faults:
    """What the stand-in of one site does wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._board = Board(folder)
        self._cache = ReadCache(folder)
        self._gates = 0

    def add(self, answer: Answer | None = None, method: str = ".*", path: str = "", **fault: Any) -> Order:
        """Order a fault; see `Fault` for the rest of its terms. An answer alone comes in place of the effect."""
        if answer is not None and answer.status is not None:
            fault.setdefault("has_effect", False)
        return Order(self._board, self._board.add(Fault(answer=answer, method=method, path=path, **fault)))

    def add_after_effect(self, answer: Answer, method: str = ".*", path: str = "", **fault: Any) -> Order:
        """The effect happens, and then this answer is given."""
        return self.add(answer, method, path, has_effect=True, **fault)

    def drop(self, method: str = ".*", path: str = "", *, after_effect: bool, **fault: Any) -> Order:
        """Cut the connection, after the effect or before any; only where a web server serves the call."""
        return self.add(Answer(manner="drop"), method, path, has_effect=after_effect, **fault)

    def hang(self, method: str = ".*", path: str = "", **fault: Any) -> Gate:
        """Calls get no answer, and have no effect, until the gate is opened."""
        return self.gate(method, path, at="before", **fault)

    def gate(self, method: str = ".*", path: str = "", *, at: str, **fault: Any) -> Gate:
        """Hold calls `at` "before" or "after" their effect until the gate is opened."""
        self._gates += 1
        name = f"gate{self._gates}"
        self._board.close_gate(name)
        self._board.add(Fault(method=method, path=path, **{f"gate_{at}": name}, **fault))
        return Gate(self._board, name)

    def cache_reads(self, mode: str | None) -> None:
        """Answer reads from memory: "cleared" by any save, "stale" for ever, or None."""
        self._cache.switch(mode)

    def alone(self) -> AbstractContextManager[None]:
        """Meanwhile no process is where all others would wait for it, should it be stopped."""
        return self._board.alone()

    def clear(self) -> None:
        """Heal everything and open all gates."""
        self._board.clear()
        self._cache.switch(None)

    # --- what happened

    @property
    def calls(self) -> list[ledger.Call]:
        """Every call so far."""
        return ledger.read(self.folder)

    def writes(self, method: str = ".*", path: str = "", request_id: str = "") -> list[ledger.Call]:
        """The calls so far that write, or would have."""
        return [
            call
            for call in self.calls
            if call.is_write
            and re.fullmatch(method, call.method)
            and re.search(path, call.path)
            and re.search(request_id, call.request_id)
        ]
