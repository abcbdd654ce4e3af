"""Null characters (U+0000) in what a request says: no field, name or word has one, and some databases take none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

NULL: Final = "\x00"


def names_with_null(given: Iterable[tuple[str, Any]]) -> list[str]:
    """The names, given with their values, that have a null character in them or anywhere in their value."""
    found = (name.replace(NULL, "\ufffd") for name, value in given if has_null(name) or has_null(value))
    return list(dict.fromkeys(found))


def has_null(value: Any) -> bool:
    """Whether a text has a null character, or a text in lists and objects; files and numbers have none."""
    if isinstance(value, str):
        return NULL in value
    if isinstance(value, Mapping):
        return any(has_null(name) or has_null(item) for name, item in value.items())
    return isinstance(value, list | tuple) and any(map(has_null, value))
