"""What an operation is: its columns, how the cells of a row go together, and the steps that a row becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Lookups, RowPlan, fold
from course_discovery_bulk.problems import Place, Problem, ProblemType, problem

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RowCheck:
    """What a check across the cells of one row may use: parsed values, the texts as written, the lookups."""

    line: int
    values: Values
    texts: Mapping[str, str]  # column -> text, only cells that are not empty
    lookups: Lookups
    default_product_source: str

    def problem(self, kind: ProblemType, column: str, **facts: object) -> Problem:
        """State a fact about one column of this row."""
        return problem(kind, Place(line=self.line, column=column, value=self.texts.get(column)), **facts)


@dataclass(frozen=True, kw_only=True)
class PlanInput:
    """What planning a row may use: the current state of the courses it names, by folded key, and the lookups."""

    courses: Mapping[str, CourseSnapshot]
    lookups: Lookups
    default_product_source: str

    def course(self, key: str) -> CourseSnapshot | None:
        """The course of that key in any case, as it is now; None where there is none in sight."""
        return self.courses.get(fold(key))


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A kind of change. `type` is its one name everywhere: module, database, URL, files."""

    type: str
    label: str
    help: str
    columns: tuple[Column, ...]
    required: tuple[str, ...]  # names of columns that must be there and filled in every row
    group: Callable[[Values], str]  # course key of a row: rows of one group never run at once
    identity: Callable[[Values], str]  # two rows of a file with one identity are a mistake; empty: may repeat
    identity_column: str  # the column that such a mistake is reported at
    check: Callable[[RowCheck], Iterable[Problem]]
    course_keys: Callable[[Values], tuple[str, ...]]  # courses whose current state planning needs
    plan: Callable[[CleanRow, PlanInput], RowPlan]

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def known_headers(self) -> dict[str, str]:
        """Every accepted header -> name of its column."""
        return {header: column.name for column in self.columns for header in (column.name, *column.aliases)}
