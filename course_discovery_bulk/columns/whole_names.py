"""Names with a comma in them, in lists that commas part: one name if only that is known, else in doubt."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from course_discovery_bulk.columns.base import Cell
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.data import LookupTable, fold
from course_discovery_bulk.problems import NAMES_PARTED, Problem, clip

_MOST_PARTS: Final = 4  # of one name
_COMMA: Final = re.compile(r"\s*,\s*")


@dataclass(frozen=True, kw_only=True)
class WholeNames:
    """A list in which parts of one known name are put together, and the parts of which that is in doubt."""

    value: ListValue
    doubtful: tuple[str, ...] = ()


def put_together(parts: ListValue, text: str, table: LookupTable) -> WholeNames:
    """The list with names that hold a comma, as `text` writes them: if only the whole is known, it is one name."""
    if "," not in text or not table.names_with_commas:
        return WholeNames(value=parts)
    written, doubtful = _COMMA.sub(",", fold(text)), []
    found = {}
    for role in ("items", "added", "removed"):
        names = []
        for name, pieces in _names(getattr(parts, role), written, table):
            known = [piece for piece in pieces if table.find(piece)]
            if len(pieces) > 1 and known:
                doubtful += [piece for piece in pieces if piece not in known][:1] or [pieces[0]]
            names.append(name)
        found[role] = tuple(names)
    return WholeNames(value=replace(parts, **found), doubtful=tuple(doubtful))


def parted_names(items: Sequence[str], cell: Cell, table: LookupTable) -> Iterator[Problem]:
    """The note that two names side by side, of which none is known, may be one."""
    written = _COMMA.sub(",", fold(cell.text)) if "," in cell.text else ""
    for first, second in itertools.pairwise(items):
        if _is_written(f"{first},{second}", written) and not table.find(first) and not table.find(second):
            names = {"first": clip(first) or "", "second": clip(second) or ""}
            yield cell.problem(NAMES_PARTED, **names)
            return


def _names(items: Sequence[str], written: str, table: LookupTable) -> Iterator[tuple[str, Sequence[str]]]:
    """Each name, and the items that it is written in."""
    start = 0
    while start < len(items):
        width = next((width for width in range(_MOST_PARTS, 1, -1) if _is_name(items, start, width, written, table)), 1)
        pieces = items[start : start + width]
        yield ", ".join(pieces), pieces
        start += width


def _is_name(items: Sequence[str], start: int, width: int, written: str, table: LookupTable) -> bool:
    whole = ", ".join(items[start : start + width])
    is_whole = start + width <= len(items) and fold(whole) in table.names_with_commas
    return is_whole and _is_written(whole, written)


def _is_written(whole: str, written: str) -> bool:
    return _COMMA.sub(",", fold(whole)) in written
