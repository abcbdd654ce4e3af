"""The ledger: one line for every call that reached the API, written once its effect is certain and before its answer.

Effects are read from the stand-in's own history, which is committed together with what it tells of.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE_NAME = "ledger.jsonl"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that was made, changed or removed: a verb, a kind of object, its key."""

    verb: str
    object_type: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: times in seconds of the epoch, from its arrival to the end of its effect.

    `status` is the true one, None where a fault kept the call from having any effect; `answer` is what was told: a
    status or the manner in which it was spoilt. `effects` is None where nobody can say, as with a dead database.
    """

    method: str
    path: str
    query: str
    body_sha256: str
    request_id: str
    user: str
    course: str
    started: float
    ended: float
    status: int | None
    answer: str
    effects: tuple[Effect, ...] | None
    pid: int

    @property
    def is_write(self) -> bool:
        return self.method not in {"GET", "HEAD", "OPTIONS"}


def append(folder: Path, call: Call) -> None:
    """Add a line; when this returns, it is on the disk."""
    line = json.dumps(asdict(call)) + "\n"
    descriptor = os.open(folder / FILE_NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path) -> list[Call]:
    """Every call so far, in the order in which their effects ended."""
    file = folder / FILE_NAME
    if not file.exists():
        return []
    return [_call(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def _call(content: Mapping[str, Any]) -> Call:
    effects = content["effects"]
    told = None if effects is None else tuple(Effect(**effect) for effect in effects)
    return Call(**{**content, "effects": told})
