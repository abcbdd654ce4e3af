"""A page of rows in at most 2 MB, whatever is in the cells: long texts are cut, and a row of which one is says so.

Everything a row has is at its own address, `rows/{line}/`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

PAGE_BYTES: Final = 1_900_000
LENGTHS: Final = (4_000, 1_000, 250, 60)  # characters of a text, the longest with which the page fits
CUT: Final = ("cells", "changes", "edits", "excerpts", "problems")
LEFT_PROBLEMS: Final = 3


def abbreviated(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they are, or with texts cut as far as it takes."""
    if _size(rows) <= PAGE_BYTES:
        return [dict(row) for row in rows]
    for length in LENGTHS:
        shorter = [_with(row, {name: _cut(row[name], length) for name in CUT}) for row in rows]
        if _size(shorter) <= PAGE_BYTES:
            return shorter
    bare: dict[str, Any] = {"cells": {}, "changes": {}, "edits": [], "excerpts": {}}
    return [_with(row, {**bare, "problems": row["problems"][:LEFT_PROBLEMS]}) for row in shorter]


def _with(row: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    is_shorter = row["abbreviated"] or any(row[name] != value for name, value in fields.items())
    return {**row, **fields, "abbreviated": is_shorter}


def _cut(value: Any, length: int) -> Any:
    """The value with every text, and every list, of at most so many characters."""
    match value:
        case str():
            return value if len(value) <= length else value[: length - 1] + "…"
        case Mapping():
            return {name: _cut(item, length) for name, item in value.items()}
        case list() | tuple():
            return [_cut(item, length) for item in value[: _how_many(value, length)]]
    return value


def _how_many(items: Sequence[Any], length: int) -> int:
    """How many items of a list of texts fit in so many characters; a list of other things is kept whole."""
    if not all(isinstance(item, str) for item in items):
        return len(items)
    return max(1, sum(total <= length for total in accumulate(map(len, items))))


def _size(rows: Sequence[Mapping[str, Any]]) -> int:
    return len(json.dumps(rows, ensure_ascii=False, default=str).encode())
