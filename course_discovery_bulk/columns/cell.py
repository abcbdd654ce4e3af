"""What is known of a cell when it is read, and what reading it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from course_discovery_bulk.data import NO_EVIDENCE, Evidence, Lookups
from course_discovery_bulk.problems import MOST_NAMED, Place, Problem, ProblemType, for_several, problem


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell that is not empty."""

    line: int
    column: str
    text: str

    def problem(self, kind: ProblemType, **facts: object) -> Problem:
        """State a fact about this cell."""
        return problem(kind, Place(line=self.line, column=self.column, value=self.text), **facts)

    def problem_of(self, items: Sequence[str], state: Callable[[Cell], Problem]) -> tuple[Problem, ...]:
        """One problem that names the first of these values of the cell, and how many they are; none without values."""
        stated = [state(replace(self, text=item)) for item in items[:MOST_NAMED]]
        return (for_several(stated, len(items)),) if stated else ()


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the meaning of a cell may depend on besides its text."""

    lookups: Lookups
    date_order: str | None = None  # of dates such as 03/04/2027, as the upload says; None: as the file shows
    evidence: Evidence = NO_EVIDENCE  # how the file writes dates and amounts
    last_day_time: time = time(0)  # when something ends on its last day, if no cell says so


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """The value of a cell, or what is wrong with it."""

    value: Any = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the cell has a value; notes may go with it."""
        return not any(found.is_error for found in self.problems)
