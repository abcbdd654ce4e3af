"""What travels between the stages of the pipeline, one frozen type per arrow.

upload -> read -> RawRow -> validate -> CleanRow -> plan -> RowPlan(Steps) -> execute -> RowOutcome -> record
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from course_discovery_bulk.choices import Act, RowAction, RowStatus, StepState
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

    encoding: str
    delimiter: str
    headers: tuple[str, ...]  # as written, in order
    row_count: int
    notes: tuple[Problem, ...] = ()


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

    @property
    def is_valid(self) -> bool:
        return not any(problem.is_error for problem in self.problems)


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


REF: Final = "$ref"
DOWNLOAD: Final = "$download"


def ref(name: str) -> dict[str, str]:
    """A place in a step to be filled with a result of an earlier step, by its name."""
    return {REF: name}


RUN_KEY: Final = "run_key"  # result of a step that made a run: its key


def collaborator_result(name: str) -> str:
    """Name of the result that carries the UUID of a collaborator made for a row."""
    return f"collaborator:{fold(name)}"


def download(address: str) -> dict[str, str]:
    """A place in a step to be filled with the picture at an address, as a data URI."""
    return {DOWNLOAD: address}


@dataclass(frozen=True, kw_only=True)
class RowPlan:
    """What a row would do: either steps, or none and the status that says why."""

    line: int
    action: RowAction
    steps: tuple[Step, ...] = ()
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)  # field -> (before, after)
    object_key: str = ""
    course_uuid: str = ""
    status: RowStatus = RowStatus.RUNNING  # a final one where there is nothing to execute
    problems: tuple[Problem, ...] = ()
    effects: Mapping[str, int] = field(default_factory=dict)  # what it would set off besides, for the forecast


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
class Entry:
    """One thing a cell may name: `key` is what is sent, the rest are other names for it."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, self.name, *self.aliases)


class LookupTable:
    """The entries of one kind, found by any of their names without regard to case."""

    def __init__(self, what: str, entries: Iterable[Entry]) -> None:
        self.what = what
        self.entries = tuple(entries)
        self._by_name: dict[str, dict[str, Entry]] = {}
        for entry in self.entries:
            for name in entry.names:
                self._by_name.setdefault(fold(name), {})[entry.key] = entry

    def find(self, text: str) -> tuple[Entry, ...]:
        """All entries of that name: none is a miss, more than one is ambiguous. A key wins over other names."""
        found = self._by_name.get(fold(text), {})
        exact = [entry for entry in found.values() if fold(entry.key) == fold(text)]
        return tuple(exact) or tuple(found.values())

    def get(self, key: str) -> Entry | None:
        """The entry of exactly this key, any case."""
        return next((entry for entry in self.find(key) if fold(entry.key) == fold(key)), None)

    def suggest(self, text: str) -> list[str]:
        """Up to three display names that look like the text, best first."""
        close = difflib.get_close_matches(fold(text), list(self._by_name), n=3, cutoff=0.6)
        names = [entry.name for name in close for entry in self._by_name[name].values()]
        return list(dict.fromkeys(names))[:3]


def fold(text: str) -> str:
    """The form in which names are compared: trimmed, blanks joined, case-folded."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, kw_only=True)
class Lookups:
    """Everything a file may refer to by name, as the uploader sees it; fetched once per task."""

    organizations: LookupTable
    course_types: LookupTable  # facts: entitlement_modes, run_types (uuids), paid_modes
    run_types: LookupTable  # facts: modes
    subjects: LookupTable
    level_types: LookupTable
    languages: LookupTable
    program_types: LookupTable
    sources: LookupTable
    collaborators: LookupTable
    uploader_is_staff: bool


@dataclass(frozen=True, kw_only=True)
class OwnerSnapshot:
    """An authoring organization of a course."""

    key: str
    uuid: str


@dataclass(frozen=True, kw_only=True)
class EditorSnapshot:
    """An editor of a course: `id` is that of the editorship, which is what is deleted."""

    id: int
    user_id: int
    email: str


@dataclass(frozen=True, kw_only=True)
class CourseSnapshot:
    """A course as discovery shows it now; `fields` are in the shape in which calls set them."""

    key: str
    uuid: str
    fields: Mapping[str, Any]
    has_image: bool
    is_editable: bool  # whether the asking user may change it
    owners: tuple[OwnerSnapshot, ...]
    editors: tuple[EditorSnapshot, ...]
    runs: tuple[RunSnapshot, ...] = ()

    @property
    def is_of_this_site(self) -> bool:
        """Whether it is in the catalog of the host that was asked.

        Discovery shows staff the courses of all partners, but of their owners only those of the host's partner.
        """
        return bool(self.owners)


@dataclass(frozen=True, kw_only=True)
class RunSnapshot:
    """A course run as discovery shows it now; `fields` as for a course."""

    key: str
    status: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody a row may name as an editor, and the organizations (UUIDs) that they are a member of."""

    user_id: int
    organizations: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class State:
    """What discovery holds now of the things that some rows name; names are folded. What is absent is not in sight."""

    courses: Mapping[str, CourseSnapshot] = field(default_factory=dict)  # by key and by UUID
    runs: Mapping[str, str] = field(default_factory=dict)  # run key -> folded key of its course
    people: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)  # more than one: the name is ambiguous

    def course(self, name: str) -> CourseSnapshot | None:
        """The course of that key or UUID."""
        return self.courses.get(fold(name))

    def run(self, key: str) -> tuple[CourseSnapshot, RunSnapshot] | None:
        """The run of that key, with its course."""
        course = self.courses.get(self.runs.get(fold(key), ""))
        run = next((run for run in course.runs if fold(run.key) == fold(key)), None) if course else None
        return (course, run) if course and run else None


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a row's planning must know of the current state: courses by key or UUID, runs by key, people by name."""

    courses: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The end of a task in numbers; every row is in exactly one bucket."""

    total: int
    buckets: Mapping[str, int]  # row status -> rows; always sums to total
    created: tuple[str, ...]
    errors: Mapping[str, tuple[str, ...]]  # problem code -> first messages
    error_totals: Mapping[str, int]
