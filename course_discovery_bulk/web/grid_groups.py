"""Equal problems of a task beside its rows: how many rows have each, and how to fix them all from there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.grid import GridColumn, GridView
from course_discovery_bulk.problems import CONTRADICTING_ROWS, DUPLICATE_ROW, OPPOSITE_ROWS, REPEATED_SLUG

MOST_GROUPS: Final = 12
LONGEST_TO_REPLACE: Final = 200  # characters of a value that is written in one line
BETWEEN_ROWS: Final = frozenset(kind.code for kind in (CONTRADICTING_ROWS, DUPLICATE_ROW, OPPOSITE_ROWS, REPEATED_SLUG))


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """Equal problems of some rows, and how they can be fixed from here."""

    id: str
    group: service.ProblemGroup
    column: GridColumn | None
    can_replace: bool  # whether one value for all of them makes sense
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


def groups_of_problems(task: BulkOperationTask, view: GridView) -> Groups:
    """The problems that keep rows from being written, the most frequent first."""
    errors, more = service.first_errors(task, MOST_GROUPS)
    return Groups(shown=[_view(view, number, group) for number, group in enumerate(errors, start=1)], more=more)


def _view(view: GridView, number: int, group: service.ProblemGroup) -> GroupView:
    column = view.column_of(group.column)
    is_short = len(group.value or "") < LONGEST_TO_REPLACE
    return GroupView(
        id=f"group-{number}",
        group=group,
        column=column,
        can_replace=column is not None and is_short and group.code not in BETWEEN_ROWS,
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
