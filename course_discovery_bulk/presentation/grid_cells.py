"""A cell of the grid: one line of what it says and becomes, what is wrong with it, and what it may be meant for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from course_discovery_bulk.presentation.cells import PlacedProblem
from course_discovery_bulk.presentation.changes import ShownChange
from course_discovery_bulk.presentation.excerpts import hidden_difference
from course_discovery_bulk.problems import Problem, suggested_values
from course_discovery_bulk.text.word_diff import Mark

SHOWN: Final = 60  # characters of a text in a cell
SHOWN_OF_TWO: Final = 26  # of each of two, if they are not short
BEFORE_CHANGE: Final = 10  # of them, those in front of the first difference
PROBLEM, NOTE, CHANGED, NEW = "problem", "note", "changed", "new"


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """A cell as it is shown; `before` is what is there now if that is to change, `state` is empty for a mere text."""

    id: str
    place: str
    label: str
    text: str
    before: str
    state: str
    is_cut: bool
    remark: str  # what is not seen in the texts
    problems: Sequence[PlacedProblem]
    suggestion: str
    edited: str = ""  # who edited it, and what it said before
    is_list: bool = False  # whether the texts are the items that go and come

    @property
    def is_emptied(self) -> bool:
        """Whether the change leaves nothing."""
        return bool(self.before) and not self.text and not self.is_list


def fill_cell(
    *,
    line: int,
    place: str,
    label: str,
    text: str,
    change: tuple[str, str] | None,
    problems: Sequence[PlacedProblem],
    is_new: bool,
    edited: str = "",
    items: ShownChange | None = None,
) -> GridCell:
    """The cell of a row, in the state that matters most: wrong, changed, or only said."""
    is_wrong = any(placed.problem.is_error for placed in problems)
    before, after = change if change and not is_wrong else ("", text)
    is_list = items is not None and bool(before and after) and not is_wrong
    gone, come = _items(items, Mark.REMOVED), _items(items, Mark.ADDED)
    shown = (_shortened(gone, 0), _shortened(come, 0)) if is_list else _around_difference(before, after)
    changed = (NEW if is_new or not before else CHANGED) if change else ""
    return GridCell(
        id=f"cell-{line}-{place}",
        place=place,
        label=label,
        before=shown[0],
        text=shown[1],
        state=PROBLEM if is_wrong else changed or (NOTE if problems else ""),
        is_cut=(before, after) != shown,
        remark=hidden_difference(before, after) if before and after else "",
        problems=problems,
        suggestion=next((names[0] for placed in problems if (names := suggestions_of(text, placed.problem))), ""),
        edited=edited,
        is_list=is_list,
    )


def suggestions_of(text: str, problem: Problem) -> tuple[str, ...]:
    """What the cell of this text may be meant to say, the likeliest first; nothing if only a person can know."""
    return tuple(_in_place_of(problem.value or "", name, text) for name in suggested_values(problem))


def _in_place_of(value: str, name: str, text: str) -> str:
    """The text with the value in it replaced: a list of values may have one that is wrong."""
    return text.replace(value, name, 1) if value and value in text else name


def _items(change: ShownChange | None, mark: Mark) -> str:
    """The items of a list that go or come."""
    return ", ".join(piece.text for piece in change.excerpt.pieces if piece.mark is mark) if change else ""


def _around_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts on one line, short, from a little before the place where they begin to differ."""
    if not before:
        return "", _shortened(after, 0)
    same = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), 0)
    if max(len(before), len(after)) <= SHOWN:
        return before, after
    start = max(0, same - BEFORE_CHANGE)
    return _shortened(before, start, SHOWN_OF_TWO), _shortened(after, start, SHOWN_OF_TWO)


def _shortened(text: str, start: int, length: int = SHOWN) -> str:
    end = start + length
    return f"{'…' * bool(start and text)}{text[start:end]}{'…' * (len(text) > end)}"
