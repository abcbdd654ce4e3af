"""The rows of a task as a grid: the columns of the file, and in every cell what it says, becomes, or has wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_discovery_bulk.access import User
from course_discovery_bulk.choices import RowAction, RowStatus
from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.cells import CellAddresses, PlacedProblem, column_letter
from course_discovery_bulk.presentation.changes import ChangeWords, ShownChange, lookups_for
from course_discovery_bulk.presentation.grid_cells import GridCell, fill_cell
from course_discovery_bulk.presentation.labels import ACTION_WORDS
from course_discovery_bulk.presentation.rows import KEY_COLUMNS, TITLE_COLUMNS
from course_discovery_bulk.presentation.tasks import operation_of
from course_discovery_bulk.problems import Problem

NOT_MADE = frozenset({RowStatus.NOT_PROCESSED, RowStatus.FAILED})
ADDED = "x-"  # begins the place of a column that the file does not have


@dataclass(frozen=True, kw_only=True)
class GridColumn:
    """A column of the grid: one of the file, or one that the file does not have but a row is about."""

    place: str  # names it in addresses and ids
    letter: str  # empty if the file does not have it
    header: str
    name: str  # the column of the operation that it means; empty for none
    key: str  # finds its text among the cells of a row


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """A row of the grid: `cells` are those of the columns that are shown, in their order."""

    line: int
    status: str
    word: str
    action: str
    key: str
    url: str
    title: str
    cells: Sequence[GridCell]
    problems: Sequence[PlacedProblem]  # those of no cell
    others: Sequence[ShownChange]  # changes that no column shows
    is_not_made: bool  # its changes were planned only
    is_left_out: bool  # by somebody, who can put it back
    has_hidden_problems: bool  # whether something is wrong in a column that is not shown

    @property
    def marked(self) -> Sequence[GridCell]:
        """The cells that say more than their text."""
        return [cell for cell in self.cells if cell.state]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What is shown of some rows, and all columns to choose from."""

    columns: Sequence[GridColumn]
    rows: Sequence[GridRow]
    choices: Sequence[GridColumn] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class GridWish:
    """What is to be shown of rows. Columns are named by their places; None for what nobody asked for."""

    words: Mapping[RowStatus, object]
    chosen: frozenset[str] | None = None  # these, and those where something is marked
    only: Collection[str] | None = None  # exactly these
    is_narrow: bool = False  # only those where something is marked
    edits: Mapping[tuple[int, str], str] = field(default_factory=dict)  # line and key of a cell -> how it was edited


class GridView:
    """Makes grids of the rows of one task for one reader; the catalog is asked once for names, if at all."""

    def __init__(self, task: BulkOperationTask, user: User, host: str) -> None:
        self._operation = operation_of(task)
        self._user, self._host = user, host
        self._known = dict(self._operation.known_headers) if self._operation else {}
        self._addresses = CellAddresses(task.headers, self._known)
        self.columns = tuple(_columns_of_file(task.headers, self._known))

    @property
    def added(self) -> tuple[GridColumn, ...]:
        """The columns of the operation that the file does not have."""
        names = [column.name for column in self._operation.columns] if self._operation else []
        return tuple(_added(name) for name in names if self._addresses.position(name) is None)

    def column_of(self, name: str | None) -> GridColumn | None:
        """The column that problems call so; None if there is no such column."""
        return self.column_at(self._place_of(name))

    def column_at(self, place: str) -> GridColumn | None:
        """The column at a place; None if there is none."""
        return next((column for column in (*self.columns, *self.added) if column.place == place), None)

    def grid(self, rows: Iterable[BulkOperationRow], wish: GridWish) -> Grid:
        """The grid of these rows."""
        found = list(rows)
        changes = self._words(found)
        filled = [FilledRow(row, self._place_of, self._addresses, changes) for row in found]
        columns = self._shown(filled, wish)
        return Grid(
            columns=columns,
            rows=[self._row(item, columns, wish) for item in filled],
            choices=(*self.columns, *self.added),
        )

    def fill(self, row: BulkOperationRow) -> FilledRow:
        """One row with everything at its cells."""
        return FilledRow(row, self._place_of, self._addresses, self._words([row]))

    def _words(self, rows: Sequence[BulkOperationRow]) -> ChangeWords:
        columns = self._operation.columns if self._operation else ()
        return ChangeWords(columns, lookups_for(rows, columns, self._user, self._host))

    def _place_of(self, name: str | None) -> str:
        """The place of the column of that name; empty where there is no such column."""
        position = self._addresses.position(name)
        if position is not None:
            return str(position)
        return f"{ADDED}{name}" if self._operation and name in self._operation.by_name else ""

    def _shown(self, filled: Sequence[FilledRow], wish: GridWish) -> tuple[GridColumn, ...]:
        marked = {place for item in filled for place in item.marked}
        texts = {key for item in filled for key, text in item.row.cells.items() if text}
        named = any(column.name for column in self.columns)

        def is_shown(column: GridColumn) -> bool:
            if wish.only is not None:
                return column.place in wish.only
            if wish.is_narrow or column.place in marked:
                return column.place in marked
            if wish.chosen is not None:
                return column.place in wish.chosen
            return column.key in texts and (bool(column.name) or not named)

        return tuple(column for column in (*self.columns, *self.added) if is_shown(column))

    def _row(self, item: FilledRow, columns: Sequence[GridColumn], wish: GridWish) -> GridRow:
        row = item.row
        said = self._operation.texts(row.cells) if self._operation else row.cells
        return GridRow(
            line=row.line,
            status=row.status,
            word=str(wish.words[RowStatus(row.status)]),
            action=str(ACTION_WORDS.get(RowAction(row.action), "")) if row.action else "",
            key=row.object_key or _first_of(KEY_COLUMNS, said),  # of a row that is wrong, what it says itself
            url=row.object_url,
            title=_first_of(TITLE_COLUMNS, said),
            cells=[item.cell(column, wish.edits.get((row.line, column.key), "")) for column in columns],
            problems=item.of_row,
            others=item.others,
            is_not_made=bool(row.changes) and row.status in NOT_MADE,
            is_left_out=row.is_left_out,
            has_hidden_problems=not item.problems.keys() <= {column.place for column in columns},
        )


class FilledRow:
    """One row with its problems and changes at their cells."""

    def __init__(
        self,
        row: BulkOperationRow,
        place_of: Callable[[str | None], str],
        addresses: CellAddresses,
        words: ChangeWords,
    ) -> None:
        self.row = row
        self.of_row: list[PlacedProblem] = []
        self.others: list[ShownChange] = []
        self.problems: dict[str, list[PlacedProblem]] = {}
        self.changes: dict[str, tuple[str, str]] = {}
        self.lists: dict[str, ShownChange] = {}  # those of the changes that are about lists of one column
        for placed in addresses.place(map(Problem.from_dict, row.problems)):
            place = place_of(placed.problem.column)
            (self.problems.setdefault(place, []) if place else self.of_row).append(placed)
        for path, change in row.changes.items():
            self._place_change(path, change, place_of, words)

    def _place_change(
        self, path: str, change: Sequence[Any], place_of: Callable[[str | None], str], words: ChangeWords
    ) -> None:
        seen = {place: texts for name, *texts in words.by_column(path, *change) if (place := place_of(name))}
        for place, (before, after) in seen.items():
            self.changes.setdefault(place, (before, after))
        if not seen:
            self.others.append(words.change(path, *change))
        elif len(seen) == 1 and any(isinstance(value, list) for value in change):
            self.lists[next(iter(seen))] = words.change(path, *change)

    @property
    def marked(self) -> set[str]:
        """The places of cells that say more than their text."""
        return {*self.problems, *self.changes}

    def cell(self, column: GridColumn, edited: str = "") -> GridCell:
        return fill_cell(
            line=self.row.line,
            place=column.place,
            label=column.header,
            text=self.row.cells.get(column.key, ""),
            change=self.changes.get(column.place),
            problems=self.problems.get(column.place, ()),
            is_new=self.row.action == RowAction.CREATE,
            edited=edited,
            items=self.lists.get(column.place),
        )


def _columns_of_file(headers: Sequence[str], known: Mapping[str, str]) -> Iterable[GridColumn]:
    for position, header in enumerate(headers):
        key = normalise_header(header)
        letter = column_letter(position)
        yield GridColumn(place=str(position), letter=letter, header=header, name=known.get(key, ""), key=key)


def _added(name: str) -> GridColumn:
    return GridColumn(place=f"{ADDED}{name}", letter="", header=name, name=name, key=name)


def _first_of(names: Iterable[str], texts: Mapping[str, str]) -> str:
    return next((text for name in names if (text := texts.get(name))), "")
