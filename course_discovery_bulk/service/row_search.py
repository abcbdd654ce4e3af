"""Rows of a task found by what their cells say or what is wrong with them, and put into an order.

Databases compare and order JSON each in their own way, so the texts are compared here; a task has no more of them
than a file may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.text.folding import fold

CHUNK: Final = 1000
LINE: Final = "line"
SORTS_BY_FIELD: Final = {LINE: "line", "outcome": "status"}


@dataclass(frozen=True, kw_only=True)
class RowSearch:
    """What rows are narrowed by and ordered by; every part may be empty.

    `key` names the cell to look in, as cells of a row are named; `about` and `value` are those of the problem.
    """

    text: str = ""
    key: str = ""
    code: str = ""
    about: str = ""
    value: str | None = None
    sort: str = ""  # a key of cells, or one of SORTS_BY_FIELD
    is_descending: bool = False

    def __bool__(self) -> bool:
        return bool(self.text or self.code or self.sort)


def find_lines(rows: QuerySet[BulkOperationRow], search: RowSearch) -> list[int]:
    """The lines of the rows that fit, in the order that was asked for, by one query."""
    by_field = SORTS_BY_FIELD.get(search.sort)
    order = [LINE] if not by_field else [by_field, LINE]
    wanted = [
        "line",
        "object_key",
        *(["cells"] if search.text or search.sort else []),
        *(["problems"] * bool(search.code)),
    ]
    fits, needle = _fits(search), fold(search.text)
    found = [row for row in rows.order_by(*order).values(*wanted).iterator(chunk_size=CHUNK) if fits(row, needle)]
    if search.sort and not by_field:
        found = _sorted(found, search)
    elif search.is_descending:
        found.reverse()
    return [row["line"] for row in found]


def _fits(search: RowSearch) -> Callable[[Mapping[str, Any], str], bool]:
    def fits(row: Mapping[str, Any], needle: str) -> bool:
        if search.code and not any(_is_meant(problem, search) for problem in row["problems"]):
            return False
        return not needle or any(needle in _folded(text) for text in _texts(row, search.key))

    return fits


def _texts(row: Mapping[str, Any], key: str) -> Iterable[str]:
    return (row["cells"].get(key, ""),) if key else (*row["cells"].values(), row["object_key"])


def _folded(text: str) -> str:
    """The same as `fold`, but for blanks: most texts take no more than this."""
    return text.lower() if text.isascii() else fold(text)


def _is_meant(problem: Mapping[str, Any], search: RowSearch) -> bool:
    if problem.get("code") != search.code or (search.about and problem.get("column") != search.about):
        return False
    return search.value is None or (problem.get("value") or "") == search.value


def _sorted(rows: list[dict[str, Any]], search: RowSearch) -> list[dict[str, Any]]:
    """By the texts of one cell, as numbers if all are; rows without a text come last either way."""
    filled = [(text, row) for row in rows if (text := row["cells"].get(search.sort, ""))]
    empty = [row for row in rows if not row["cells"].get(search.sort)]
    by_number = all(_is_number(text) for text, _ in filled)
    filled.sort(key=lambda pair: float(pair[0]) if by_number else fold(pair[0]), reverse=search.is_descending)
    return [*(row for _, row in filled), *empty]


def _is_number(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit()
