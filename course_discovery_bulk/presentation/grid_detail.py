"""One row, or one cell of it, with everything there is to say: whole texts, problems, and what may be written there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.cells import PlacedProblem
from course_discovery_bulk.presentation.changes import ShownChange
from course_discovery_bulk.presentation.grid import GridColumn, GridView
from course_discovery_bulk.presentation.grid_cells import suggestions_of
from course_discovery_bulk.presentation.operations import ColumnFacts
from course_discovery_bulk.presentation.word_sides import Comparison, compare_texts

LONG: Final = 80  # characters of a text that is edited in a box of several lines
MOST_SUGGESTED: Final = 3
LEAST_LINES, MOST_LINES = 3, 10


@dataclass(frozen=True, kw_only=True)
class CellDetail:
    """A cell of the file: its whole text, and what it would change."""

    id: str
    column: GridColumn
    text: str
    before: str
    after: str
    is_changed: bool
    problems: Sequence[PlacedProblem]
    suggestions: tuple[str, ...]
    facts: ColumnFacts | None
    remark: str
    lists: ShownChange | None  # the same change as items that go and come, of a list

    @property
    def comparison(self) -> Comparison:
        """The change word by word."""
        return compare_texts(self.before, self.after)

    @property
    def is_wrong(self) -> bool:
        """Whether the row cannot be written before the cell is corrected."""
        return any(placed.problem.is_error for placed in self.problems)

    @property
    def is_editable(self) -> bool:
        """Whether what is written there counts: a column that means nothing is left alone."""
        return bool(self.column.name)

    @property
    def proposal(self) -> str:
        """What the field of a form has at first: the likeliest correction, else what the cell says."""
        return self.suggestions[0] if self.suggestions else self.text

    @property
    def is_long(self) -> bool:
        """Whether its texts are compared side by side."""
        return any(len(text) > LONG or "\n" in text for text in (self.before, self.after))

    @property
    def lines(self) -> int:
        """How many lines the box to write it in has."""
        if len(self.text) <= LONG and "\n" not in self.text:
            return 1
        return min(MOST_LINES, max(LEAST_LINES, len(self.text) // LONG + self.text.count("\n")))

    @property
    def has_list(self) -> bool:
        """Whether nothing but a value of a list will do."""
        return bool(self.facts and self.facts.is_one_of_allowed and self.facts.allowed)

    @property
    def choices(self) -> Sequence[str]:
        """The values to choose from, without those that are suggested already."""
        allowed = (self.facts.allowed or ()) if self.facts else ()
        return [value for value in allowed if value not in self.suggestions]


def describe_cells(
    view: GridView, row: BulkOperationRow, facts: Sequence[ColumnFacts], place: str | None = None
) -> Iterator[CellDetail]:
    """The cells of a row that are to be seen, or only the one at a place; none where there is no such column."""
    columns = [column for column in (*view.columns, *view.added) if place in (None, column.place)]
    by_name = {fact.name: fact for fact in facts}
    filled = view.fill(row)
    for column in columns:
        before, after = filled.changes.get(column.place, ("", ""))
        problems = filled.problems.get(column.place, ())
        text = row.cells.get(column.key, "")
        if place is None and not column.letter and not problems and column.place not in filled.changes:
            continue  # what the file does not have and nobody asks for
        yield CellDetail(
            id=f"cell-{row.line}-{column.place}",
            column=column,
            text=text,
            before=before,
            after=after,
            is_changed=column.place in filled.changes,
            problems=problems,
            suggestions=_suggestions(text, problems),
            facts=by_name.get(column.name),
            remark=filled.cell(column).remark,
            lists=filled.lists.get(column.place),
        )


def _suggestions(text: str, problems: Sequence[PlacedProblem]) -> tuple[str, ...]:
    found = [name for placed in problems if placed.problem.is_error for name in suggestions_of(text, placed.problem)]
    return tuple(dict.fromkeys(found))[:MOST_SUGGESTED]


def find_row(task: BulkOperationTask, line: int) -> BulkOperationRow | None:
    """The row of a line; None if there is no such row."""
    return task.rows.filter(line=line).defer("steps").first()
