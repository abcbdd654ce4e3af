"""From what a row changed to the row that puts it back, and what of it was edited since. Pure, as planning is.

An operation says how it is undone by naming one of these functions; one that makes things names none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_discovery_bulk.columns.base import RUN_PREFIX, Column
from course_discovery_bulk.columns.keys import ACTION, COURSE_KEY, COURSE_KEY_OR_UUID, COURSE_UUID, PERSON, RUN_KEY
from course_discovery_bulk.columns.words_for_nothing import CLEAR_WORD
from course_discovery_bulk.data import CourseSnapshot, Lookups, State, fold
from course_discovery_bulk.text.comparing import Comparison

Changes = Mapping[str, tuple[Any, Any]]  # path -> (before, after)
Fields = Mapping[str, Any]  # path -> value


@dataclass(frozen=True, kw_only=True)
class DoneRow:
    """A row that changed something, and what discovery holds now of the things it named."""

    line: int = 0
    cells: Mapping[str, str]  # column -> text
    changes: Changes
    state: State
    beside: Changes = field(default_factory=dict)  # what other rows changed of the same course, to be undone with this


@dataclass(frozen=True, kw_only=True)
class UndoRow:
    """The row of an upload that puts values back; both lists name columns."""

    line: int = 0  # of the row that is undone
    cells: Mapping[str, str]
    edited_since: tuple[str, ...] = ()  # what is there now is not what the row left there
    expected: Mapping[str, Any] = field(default_factory=dict)  # path -> what the undo expects to find there
    cannot_undo: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Values:
    """The fields of a course and its run as they were before, as the task left them, and as they are now."""

    before: Fields
    after: Fields
    now: Fields

    def differ(self, column: Column) -> bool:
        """Whether the column's part of a field was changed, by the task or since."""
        before, after, now = (column.kind.pick(column.path, at) for at in (self.before, self.after, self.now))
        is_same = column.comparison.is_same
        return not is_same(before, after) or (bool(self.now) and not is_same(before, now))


def put_back(row: DoneRow, lookups: Lookups, columns: Sequence[Column]) -> UndoRow | None:
    """The values that fields of a course and its run had; None where all of them are back already."""
    now = fields_now(row.cells, row.state, columns)
    pending = {path: change for path, change in row.changes.items() if not _is_back(path, change, now, columns)}
    before = {**now, **{path: change[0] for path, change in (*row.beside.items(), *pending.items())}}
    after = {**now, **{path: change[1] for path, change in (*row.beside.items(), *pending.items())}}
    cells, cannot = _previous_cells(pending, _Values(before=before, after=after, now=now), lookups, columns)
    if not cells and not cannot:
        return None
    keys = {column.name: row.cells[column.name] for column in _key_columns(columns) if column.name in row.cells}
    edited = [path for path, (_, after) in pending.items() if _was_edited(path, after, now, lookups, columns)]
    return UndoRow(
        line=row.line,
        cells={**keys, **cells},
        edited_since=_names(meant[0] for path in edited if (meant := columns_of(path, columns))),
        expected=_expected({**row.beside, **pending}, cells, edited, now, lookups, columns),
        cannot_undo=cannot,
    )


def opposite_action(row: DoneRow, lookups: Lookups, columns: Sequence[Column] = ()) -> UndoRow | None:
    """An editor who was added is removed, and the other way round; None where somebody did that already."""
    name, course_name = row.cells[PERSON.name], row.cells[COURSE_KEY_OR_UUID.name]
    was_added = row.changes["editor"][0] is None
    course = row.state.course(course_name)
    if course and _is_editor(name, course, row.state) is (not was_added):
        return None
    action = "remove" if was_added else "add"
    cells = {PERSON.name: name, COURSE_KEY_OR_UUID.name: course_name, ACTION.name: action}
    return UndoRow(line=row.line, cells=cells, edited_since=() if course else (COURSE_KEY_OR_UUID.name,))


def columns_of(path: str, columns: Iterable[Column]) -> list[Column]:
    """The columns that a change at this path may come from; where none holds it, the one that asks for such a thing."""
    columns = tuple(columns)
    holding = [column for column in columns if column.path == path or column.path.startswith(f"{path}.")]
    holding += [column for column in columns if column.twin and column.twin.path == path]
    return holding or [column for column in columns if column.is_order and column.on_run == path.startswith(RUN_PREFIX)]


def comparison_at(path: str, columns: Iterable[Column]) -> Comparison:
    """How values of the field at this path are compared."""
    meant = columns_of(path, columns)
    return meant[0].comparison if meant else Comparison.EXACT


def fields_now(names: Mapping[str, Any], state: State, columns: Sequence[Column]) -> dict[str, Any]:
    """What is there now of what the operation writes, by path; empty where it is not in sight.

    `names` has the keys that a row names its course and run by, as texts or as values.
    """
    keys = {column.name for column in _key_columns(columns)}
    run = state.run(names[RUN_KEY.name]) if RUN_KEY.name in names else None
    named = (names[column.name] for column in (COURSE_KEY, COURSE_UUID) if column.name in names)
    course = run[0] if run else next((found for name in named if (found := state.course(name))), None)
    now = dict(course.fields) if course and COURSE_KEY.name in keys else {}
    return now | ({f"{RUN_PREFIX}{name}": value for name, value in run[1].fields.items()} if run else {})


def _key_columns(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column in (COURSE_KEY, COURSE_UUID, RUN_KEY)]


def _is_back(path: str, change: tuple[Any, Any], now: Fields, columns: Sequence[Column]) -> bool:
    return path in now and comparison_at(path, columns).holds(now[path], change[0])


def _was_edited(path: str, after: Any, now: Fields, lookups: Lookups, columns: Sequence[Column]) -> bool:
    """Whether the field is no longer as the row left it; of a thing that is out of sight nobody can say that it is."""
    if path not in now:
        return not now
    return not comparison_at(path, columns).holds(now[path], _left(path, after, lookups, columns))


def _left(path: str, after: Any, lookups: Lookups, columns: Sequence[Column]) -> Any:
    meant = columns_of(path, columns)
    return meant[0].kind.settled(after, lookups) if meant else after


def _expected(
    changes: Changes,
    cells: Mapping[str, str],
    edited: Iterable[str],
    now: Fields,
    lookups: Lookups,
    columns: Sequence[Column],
) -> dict[str, Any]:
    """What the fields that these cells write were left as; as they are shown, where that means the same."""
    found: dict[str, Any] = {}
    for path, (_before, after) in changes.items():
        if not any(column.name in cells for column in columns_of(path, columns)):
            continue
        is_shown = path in now and path not in edited and comparison_at(path, columns) is not Comparison.PRICES
        found[path] = now[path] if is_shown else _left(path, after, lookups, columns)
    return found


def _previous_cells(
    pending: Iterable[str], values: _Values, lookups: Lookups, columns: Sequence[Column]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The cells that put the fields at these paths back, and the columns for which no cell can."""
    cells: dict[str, str] = {}
    cannot: list[Column] = []
    for path in pending:
        meant = columns_of(path, columns)
        changed = [column for column in meant if not column.path.startswith(f"{path}.") or values.differ(column)]
        texts = [(column, _previous_cell(column, values.before, lookups)) for column in changed]
        said = {column.path for column, text in texts if text}
        cells |= {column.name: text for column, text in texts if text}
        unsaid = {column.path: column for column, _ in reversed(texts) if column.path not in said}
        cannot.extend(unsaid.values())
    return cells, _names(cannot)


def _previous_cell(column: Column, before: Fields, lookups: Lookups) -> str:
    """The cell that gives a field its earlier value; empty where no cell can."""
    value = column.kind.pick(column.path, before)
    is_empty = value is None or value == [] or (isinstance(value, str) and not value.strip())
    if not is_empty:
        return column.show(before, lookups)
    return "" if column.keep_reason else CLEAR_WORD


def _is_editor(name: str, course: CourseSnapshot, state: State) -> bool | None:
    """Whether the person is an editor now; None where it cannot be told who is meant."""
    people = {person.user_id for person in state.people.get(fold(name), ())}
    if any(editor.user_id in people or fold(editor.email) == fold(name) for editor in course.editors):
        return True
    return False if people or "@" in name else None


def _names(columns: Iterable[Column]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.name for column in columns))
