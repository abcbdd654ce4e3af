"""The types of an act: what its call is given, what reading back may show, and the policy that an act declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from course_discovery_bulk.data import Step
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.text.fields import Fields

COURSE_KEY: Final = "course_key"
COURSE_UUID: Final = "course_uuid"


@dataclass(frozen=True, kw_only=True)
class CallInput:
    """What a call is given, with references filled in; `known` is what was there before the first sending."""

    target: Any
    body: Mapping[str, Any]
    fields: Fields  # what answers are read and compared by
    known: Mapping[str, Any] = field(default_factory=dict)
    uploader_email: str = ""  # empty if it cannot be compared with the editors that discovery shows


@dataclass(frozen=True, kw_only=True)
class Applied:
    """A step that took effect: what it brought, and fields that discovery did not keep (name -> what it shows)."""

    result: Mapping[str, Any] = field(default_factory=dict)
    lost: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NotDone:
    """Reading back shows no trace of the step: it may be sent.

    If discovery does not show all of it, that is no proof, but sending it once more does no harm.
    """

    is_certain: bool = True


@dataclass(frozen=True, kw_only=True)
class OwnedByOther:
    """Reading back shows a thing of that key that this row did not make."""

    key: str


@dataclass(frozen=True, kw_only=True)
class Ambiguous:
    """Reading back shows more than one thing that the step may have made."""


@dataclass(frozen=True, kw_only=True)
class TargetMissing:
    """Reading back shows that the course the step acts on no longer exists."""


Settled = Applied | NotDone | OwnedByOther | Ambiguous | TargetMissing


def _shares_nothing(_step: Step) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class ActPolicy:
    """All that planning, executing, recording and retrying need to know about one act."""

    doing: str  # completes the sentence “while trying to …”
    call: Callable[[DiscoveryClient, CallInput], Applied]
    settle: Callable[[DiscoveryClient, CallInput], Settled]  # reads back whether it took effect
    creates: bool = False  # adds something to discovery: a retry keeps the step instead of planning the row anew
    retries_conflict: bool = False  # its conflict may be a lost race for a key or slug that nobody holds in the end
    named_by: str = ""  # the result with the name that discovery chose for what it made; empty if the name is sent
    shared_name: Callable[[Step], str] = _shares_nothing  # what no other lane may make at the same time; often nothing

    @property
    def reads_back_conflict(self) -> bool:
        """Whether reading back shows who holds the key that was taken: not if discovery chose that key itself."""
        return not self.named_by
