"""What an operation is: its columns, how the cells of a row go together, and the steps that a row becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from course_discovery_bulk.choices import OnExisting
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.lists import replace_items
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Lookups, Needs, RowPlan, State
from course_discovery_bulk.mapping.column_mapping import NO_MAPPING, ColumnMapping
from course_discovery_bulk.operations.undoing import DoneRow, UndoRow
from course_discovery_bulk.problems import Place, Problem, ProblemType, problem
from course_discovery_bulk.text.messages import gettext_noop as _

Values = Mapping[str, Any]
Texts = Mapping[str, str]
RUN_KEY_COLUMN: Final = "course_run_key"
AFTER_OURS: Final = 1000


@dataclass(frozen=True, kw_only=True)
class RowCheck:
    """What a check across the cells of one row may use: parsed values, the texts as written, the lookups."""

    line: int
    values: Values
    texts: Mapping[str, str]  # column -> text, only cells that are not empty
    lookups: Lookups
    default_product_source: str
    columns: tuple[Column, ...] = ()  # of the operation that checks

    def problem(self, kind: ProblemType, column: str, **facts: object) -> Problem:
        """State a fact about one column of this row."""
        return problem(kind, Place(line=self.line, column=column, value=self.texts.get(column)), **facts)


@dataclass(frozen=True, kw_only=True)
class PlanInput:
    """What planning a row may use: the current state of the things it names, the lookups, and the upload's options."""

    state: State
    lookups: Lookups
    default_product_source: str
    on_existing: str = OnExisting.SKIP
    # What an undo, or an edited export, does with fields that were edited since.
    overwrites_later_edits: bool = False
    own_paths: frozenset[str] = frozenset()  # what other rows of the same task have changed of the course
    now: datetime
    columns: tuple[Column, ...] = ()  # of the operation that plans


def no_identity(values: Values) -> str:
    """Rows that may repeat: what they name twice is compared cell by cell instead."""
    return ""


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
    needs: Callable[[Values], Needs]  # things whose current state planning needs
    plan: Callable[[CleanRow, PlanInput], RowPlan]
    repeated_advice: str = _("Remove one of the two rows.")  # what to do about two rows with one identity
    wish_column: str = ""  # rows with one identity that differ in this column ask for opposite things
    position: int = AFTER_OURS  # place in every list of operations; of equal ones the one found first comes first
    either: tuple[str, ...] = ()  # names of columns of which every row must fill at least one
    on_existing: tuple[str, ...] = (OnExisting.SKIP,)  # what an upload may choose; the first is the default
    # Both are handed the operation's columns.
    # The rows (column -> text) that leave a course as it is; None where the operation changes nothing that is there.
    export: Callable[[CourseSnapshot, Lookups, Sequence[Column]], Iterable[Texts]] | None = None
    # The row that puts back what a row changed, if there is anything to put back; None where nothing can be undone.
    undo: Callable[[DoneRow, Lookups, Sequence[Column]], UndoRow | None] | None = None
    mapping: ColumnMapping = NO_MAPPING  # what a file's own headers and words mean; see `reading_by`

    def reading_by(self, mapping: ColumnMapping) -> Operation:
        """The same operation for a file with headers and words of its own."""
        return replace(self, mapping=mapping) if mapping else self

    def offered(self, lookups: Lookups | None) -> Operation:
        """The same operation without the columns whose field the service does not have."""
        columns = tuple(column for column in self.columns if lookups is None or column.is_offered(lookups))
        return self if columns == self.columns else replace(self, columns=columns)

    def thing(self, values: Values, *, on_run: bool) -> str:
        """What a column of a row sets: the run where the row names one and the column is a run's, else the course."""
        run_key = values.get(RUN_KEY_COLUMN) if on_run else None
        return str(run_key or self.group(values))

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def own_headers(self) -> dict[str, str]:
        """Every name that a column has itself -> name of the column."""
        return {header: column.name for column in self.columns for header in (column.name, *column.aliases)}

    @cached_property
    def known_headers(self) -> dict[str, str]:
        """Every header that is accepted in the file -> name of its column."""
        return self.mapping.headers(self.own_headers)

    @property
    def columns_by_header(self) -> dict[str, Column]:
        """Every header that is accepted in the file -> its column."""
        columns = self.by_name
        return {header: columns[name] for header, name in self.known_headers.items() if name in columns}

    @property
    def table_types(self) -> dict[str, str]:
        """Every accepted header -> what kind of value its cells hold, in the words of a table schema."""
        kinds = {name: column.kind.table_type for name, column in self.by_name.items()}
        return {header: kinds[name] for header, name in self.known_headers.items()}

    def texts(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Column -> text of its cell, by whatever header the file has it; cells of other columns are left out."""
        found = self.mapping.texts(cells, self.known_headers)
        for column in self._lists_with_words:
            if column.name in found:
                found[column.name] = replace_items(found[column.name], self.mapping.values[column.name])
        return found

    @cached_property
    def _lists_with_words(self) -> list[Column]:
        """The columns of lists in which single values are read as others."""
        return [column for column in self.columns if column.kind.is_list and column.name in self.mapping.values]
