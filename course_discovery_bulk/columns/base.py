"""The column as an object: a header, the field of discovery it fills, and the kind of value its cells hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.data import CLEAR, Lookups
from course_discovery_bulk.problems import EMPTY_LIST, NOT_CLEARABLE, STAFF_ONLY, Place, Problem, ProblemType, problem

CLEAR_WORD: Final = "[clear]"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell that is not empty."""

    line: int
    column: str
    text: str

    def problem(self, kind: ProblemType, **facts: object) -> Problem:
        """State a fact about this cell."""
        return problem(kind, Place(line=self.line, column=self.column, value=self.text), **facts)


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the meaning of a cell may depend on besides its text."""

    lookups: Lookups
    date_order: str | None = None


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """The value of a cell, or what is wrong with it."""

    value: Any = None
    problems: tuple[Problem, ...] = ()


class Kind(ABC):
    """One kind of value: `name` and `allowed` describe it to people, `parse` reads a cell."""

    name: ClassVar[str]

    @abstractmethod
    def parse(self, cell: Cell, context: Context) -> Parsed:
        """The cell's value, or its problems; the text is never empty."""

    def allowed(self, lookups: Lookups) -> tuple[str, ...]:
        """The values to choose from, as written in cells; empty where anything of the kind will do."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a file."""

    name: str
    field: str  # field of discovery, dotted where it is nested
    kind: Kind
    help: str
    example: str
    aliases: tuple[str, ...] = ()
    on_run: bool = False  # a field of the run, not of its course
    staff_only: bool = False
    keep_reason: str = ""  # why [clear] is not possible; empty where it is

    @property
    def path(self) -> str:
        """Name of the field among those of a course and its run, as changes and problems use it."""
        return f"run.{self.field}" if self.on_run else self.field

    def parse(self, cell: Cell, context: Context) -> Parsed:
        """Read a cell of this column; `[clear]` gives CLEAR where the field can be emptied."""
        if self.staff_only and not context.lookups.uploader_is_staff:
            return Parsed(problems=(cell.problem(STAFF_ONLY),))
        if cell.text.casefold() != CLEAR_WORD:
            parsed = self.kind.parse(cell, context)
            names_nothing = parsed.value == ListValue()
            return Parsed(problems=(cell.problem(EMPTY_LIST),)) if names_nothing else parsed
        if self.keep_reason:
            return Parsed(problems=(cell.problem(NOT_CLEARABLE, why=self.keep_reason),))
        return Parsed(value=CLEAR)
