"""What a row is at each stage, and what a whole file is before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from course_discovery_bulk.choices import RowAction, RowStatus, SideEffect
from course_discovery_bulk.data.evidence import NO_EVIDENCE, Evidence
from course_discovery_bulk.data.steps import Step
from course_discovery_bulk.problems import Problem


@dataclass(frozen=True, kw_only=True)
class RawRow:
    """One data line as the file has it; `line` is its row number in a spreadsheet (the header is 1)."""

    line: int
    cells: Mapping[str, str]  # normalised header -> text, empty cells included
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What reading the head and the bytes of a file tells before any row is looked at."""

    kind: str = "csv"  # csv, xlsx, ods or xls
    encoding: str  # of a workbook, its kind
    delimiter: str  # of a workbook, none
    sheet: str = ""  # of a workbook: the name of the sheet that is read
    header_line: int = 0  # as a spreadsheet counts; 0: the first line that is not blank
    headers: tuple[str, ...]  # as written, in order
    row_count: int
    notes: tuple[Problem, ...] = ()
    evidence: Evidence = NO_EVIDENCE  # of how it writes dates and amounts

    @property
    def form(self) -> dict[str, Any]:
        """How the file is to be read: the stored form without what a task keeps in fields of its own."""
        kept = {name: value for name, value in self.as_dict().items() if name not in KEPT_APART}
        return kept if kept["evidence"] else {name: value for name, value in kept.items() if name != "evidence"}

    def as_dict(self) -> dict[str, Any]:
        """The stored form."""
        stored = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **stored,
            "headers": list(self.headers),
            "notes": [note.as_record() for note in self.notes],
            "evidence": self.evidence.as_dict(),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> FileFacts:
        """Rebuild facts that `as_dict` stored; fields of later versions are left out."""
        known = {item.name: stored[item.name] for item in fields(cls) if item.name in stored}
        notes = tuple(Problem.from_dict(note) for note in stored.get("notes", ()))
        evidence = Evidence.from_dict(stored.get("evidence", {}))
        return cls(**{**known, "headers": tuple(stored["headers"]), "notes": notes, "evidence": evidence})


KEPT_APART: Final = frozenset({"headers", "row_count", "notes"})  # facts of a file that each have a field of the task


class Clear:
    """The value of a cell that says `[clear]`: empty the field. There is one instance, `CLEAR`."""

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = Clear()


@dataclass(frozen=True, kw_only=True)
class CleanRow:
    """One checked row: column name -> value, with empty cells left out."""

    line: int
    group: str  # rows of one group are run in file order, never at once
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    expected: Mapping[str, Any] = field(default_factory=dict)  # path -> what an undo expects to find there
    version: str = ""  # the version mark of a row of an export

    @property
    def is_valid(self) -> bool:
        return not any(problem.is_error for problem in self.problems)


@dataclass(frozen=True, kw_only=True)
class RowPlan:
    """What a row would do: either steps, or none and the status that says why."""

    line: int
    action: RowAction
    steps: tuple[Step, ...] = ()
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)  # field -> (before, after)
    object_key: str = ""
    course_uuid: str = ""
    status: RowStatus = RowStatus.RUNNING  # a final one if there is nothing to execute
    problems: tuple[Problem, ...] = ()
    effects: Mapping[SideEffect, int] = field(default_factory=dict)  # how many of each, for the forecast


@dataclass(frozen=True, kw_only=True)
class RowOutcome:
    """How a row ended."""

    line: int
    status: RowStatus
    problems: tuple[Problem, ...] = ()
    steps: tuple[Step, ...] = ()
    object_key: str = ""
    object_uuid: str = ""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The end of a task in numbers; every row is in exactly one bucket."""

    total: int
    buckets: Mapping[str, int]  # row status -> rows; always sums to total
    created: tuple[str, ...]
    new_runs: tuple[str, ...] = ()  # keys
    skipped: tuple[str, ...] = ()  # why rows were left alone
    updated: int = 0  # rows that changed something that was there
    errors: Mapping[str, tuple[str, ...]]  # problem code -> first messages
    error_totals: Mapping[str, int]
