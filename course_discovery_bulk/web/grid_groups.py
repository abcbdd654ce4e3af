"""Equal problems of a task beside its rows: how many rows have each, and how to fix them all from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.grid import GridColumn, GridView
from course_discovery_bulk.presentation.operations import ColumnFacts
from course_discovery_bulk.problems import (
    AMBIGUOUS_DATE,
    CONTRADICTING_ROWS,
    DUPLICATE_ROW,
    OPPOSITE_ROWS,
    REPEATED_SLUG,
)

MOST_GROUPS: Final = 12
MOST_CHOICES: Final = 100  # values of a list that a form on the page itself offers
LONGEST_TO_REPLACE: Final = 200  # characters of a value that is written in one line
BETWEEN_ROWS: Final = frozenset(kind.code for kind in (CONTRADICTING_ROWS, DUPLICATE_ROW, OPPOSITE_ROWS, REPEATED_SLUG))


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """Equal problems of some rows, and how they can be fixed from here."""

    id: str
    group: service.ProblemGroup
    column: GridColumn | None
    can_replace: bool  # whether one value for all of them makes sense
    is_choice: bool  # whether what is suggested is equally likely
    choices: Sequence[str]  # values that the column takes; empty if there are none to choose from, or too many
    cell: str  # the id of the only cell; empty if there are several, or none
    show_address: str  # narrows the grid to its rows

    @property
    def address(self) -> str:
        """The only cell as a spreadsheet names it."""
        return f"{self.column.letter}{self.group.lines[0]}" if self.cell and self.column and self.column.letter else ""


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The groups that are shown, and how many more there are."""

    shown: Sequence[GroupView]
    more: int


def groups_of_problems(task: BulkOperationTask, view: GridView, facts: Callable[[], Iterable[ColumnFacts]]) -> Groups:
    """The problems that keep rows from being written, the most frequent first; without any, no `facts` are read."""
    errors, more = service.first_errors(task, MOST_GROUPS)
    choices = (
        {fact.name: fact.allowed or () for fact in facts() if len(fact.allowed or ()) <= MOST_CHOICES} if errors else {}
    )
    shown = [_view(view, number, group, choices) for number, group in enumerate(errors, start=1)]
    return Groups(shown=shown, more=more)


def _view(view: GridView, number: int, group: service.ProblemGroup, choices: Mapping[str, Sequence[str]]) -> GroupView:
    column = view.column_of(group.column)
    is_short = len(group.value or "") < LONGEST_TO_REPLACE
    return GroupView(
        id=f"group-{number}",
        group=group,
        column=column,
        can_replace=column is not None and is_short and group.code not in BETWEEN_ROWS,
        is_choice=group.code == AMBIGUOUS_DATE.code,
        choices=choices.get(group.column or "", ()),
        cell=f"cell-{group.lines[0]}-{column.place}" if column and group.count == 1 else "",
        show_address=f"?{urlencode(list(_named(group)))}#rows",
    )


def _named(group: service.ProblemGroup) -> Iterable[tuple[str, str]]:
    yield "outcome", "all"
    yield "code", group.code
    if group.column:
        yield "about", group.column
    if group.value is not None:
        yield "value", group.value
