"""List cells as columns read them: the values of a cell, or the problem that says why it cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from course_discovery_bulk.columns.base import Cell
from course_discovery_bulk.columns.lists import BRACKETS, QUOTES, ListFault, ListValue, split_list
from course_discovery_bulk.problems import (
    ADDED_AND_REMOVED,
    LIST_NUMBERING,
    LIST_QUOTES,
    MIXED_SIGNS,
    Problem,
)

# Parts of company names that follow a comma and are no names themselves, folded and without a last dot.
ENDS_OF_NAMES: Final = frozenset(
    {
        "inc",
        "incorporated",
        "llc",
        "l.l.c",
        "ltd",
        "limited",
        "co",
        "corp",
        "gmbh",
        "ag",
        "s.a",
        "sa",
        "s.l",
        "plc",
        "llp",
    }
    | {"phd", "ph.d", "md", "m.d", "jr", "sr"}
)


def read_list(cell: Cell) -> ListValue | Problem:
    """The values of a list cell, or why it cannot be read."""
    match split_list(cell.text):
        case ListFault.MIXED_SIGNS:
            return cell.problem(MIXED_SIGNS)
        case ListFault.OPEN_QUOTE:
            return cell.problem(LIST_QUOTES)
        case ListFault.ODD_NUMBERING:
            return cell.problem(LIST_NUMBERING)
        case ListFault.ADDED_AND_REMOVED:
            return cell.problem(ADDED_AND_REMOVED)
        case found:
            return found


def torn_names(items: Sequence[str], text: str) -> list[str]:
    """The items in which a bracket is opened that another item closes: parts of one name with a comma in it.

    `text` is the cell: what is in quotes there is a whole name.
    """
    bare = [item for item in items if not any(mark + item.replace(mark, mark * 2) in text for mark in QUOTES)]
    return [
        item
        for opening, closing in BRACKETS
        for item in bare
        if item.count(opening) > item.count(closing)
        and any(other.count(closing) > other.count(opening) for other in bare)
    ]
