"""A step is one planned call to discovery; parts of it are filled in only when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from course_discovery_bulk.choices import Act, StepState
from course_discovery_bulk.text.folding import fold

REF: Final = "$ref"
DOWNLOAD: Final = "$download"
RUN_KEY: Final = "run_key"  # result of a step that made a run: its key


@dataclass(frozen=True, kw_only=True)
class Step:
    """One planned call. `target` and `body` may hold references to what earlier steps brought (see `Ref`)."""

    act: Act
    target: Any = None  # key of what is changed, or a Ref; None for a creation
    body: Mapping[str, Any] = field(default_factory=dict)
    state: StepState = StepState.PLANNED
    known: Mapping[str, Any] = field(default_factory=dict)  # what was there before; not sent, used when reading back
    result: Mapping[str, Any] = field(default_factory=dict)
    sent_at: str | None = None  # ISO time of the last sending

    def as_dict(self) -> dict[str, Any]:
        """The form kept in the row."""
        return {
            "act": str(self.act),
            "target": self.target,
            "body": dict(self.body),
            "state": str(self.state),
            "known": dict(self.known),
            "result": dict(self.result),
            "sent_at": self.sent_at,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Step:
        """Rebuild a step kept in a row."""
        return cls(
            act=Act(stored["act"]),
            target=stored["target"],
            body=stored["body"],
            state=StepState(stored["state"]),
            known=stored.get("known", {}),
            result=stored["result"],
            sent_at=stored["sent_at"],
        )


def ref(name: str) -> dict[str, str]:
    """A place in a step to be filled with a result of an earlier step, by its name."""
    return {REF: name}


def collaborator_result(name: str) -> str:
    """Name of the result that carries the UUID of a collaborator made for a row."""
    return f"collaborator:{fold(name)}"


def download(address: str) -> dict[str, str]:
    """A place in a step to be filled with the picture at an address, as a data URI."""
    return {DOWNLOAD: address}
