"""Why a task stops before all of its rows have ended: kept with the task, so that any job can bring it to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_discovery_bulk.exceptions import Misconfigured, NotAMember, Refused, UnknownOperation, UploadRefused
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.problems import FORBIDDEN, MISCONFIGURED, Problem, problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a task stops early; `can_ask` says whether discovery can be asked what became of calls."""

    problems: tuple[Problem, ...] = ()  # the first is told at rows, all of them at the task
    is_cancelled: bool = False
    is_refused: bool = False
    can_ask: bool = True

    @property
    def problem(self) -> Problem | None:
        """What is told at every row whose turn does not come."""
        return self.problems[0] if self.problems else None

    def as_record(self) -> dict[str, Any]:
        """The form in which a task keeps it."""
        return {
            "problem": self.problem.as_record() if self.problem else None,
            "is_cancelled": self.is_cancelled,
            "is_refused": self.is_refused,
            "can_ask": self.can_ask,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any] | None) -> Reason:
        """The reason that a task has kept; an empty one for a task that is not stopped."""
        if record is None:
            return cls()
        flags = {name: record[name] for name in ("is_cancelled", "is_refused", "can_ask") if name in record}
        return cls(problems=(Problem.from_dict(record["problem"]),) if record.get("problem") else (), **flags)


CANCELLED = Reason(is_cancelled=True)


def reason_of(error: Exception) -> Reason:
    """The reason that an error gives a task to stop; an unexpected one is reported as an incident."""
    match error:
        case UploadRefused():
            return Reason(problems=error.problems, is_refused=True)
        case UnknownOperation():
            detail = Phrase(_("there is no operation {name}"), name=str(error))
            return Reason(problems=(problem(MISCONFIGURED, detail=detail),), is_refused=True)
        case NotAMember():
            return Reason(problems=(problem(FORBIDDEN, detail=error.detail),), is_refused=True)
        case Misconfigured() | Refused():
            return Reason(problems=(problem(MISCONFIGURED, detail=error.detail),), can_ask=False)
        case _:
            return Reason(problems=(report_incident(error),), can_ask=False)
