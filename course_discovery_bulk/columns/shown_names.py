"""Names as cells that read as the same things again: the other direction of `names`."""

from __future__ import annotations

from collections.abc import Iterable

from course_discovery_bulk.columns.lists import ListValue, join_list, split_list
from course_discovery_bulk.data import Entry, LookupTable


def show_name(entry: Entry, table: LookupTable) -> str:
    """The name of an entry where it is its own alone, else the key."""
    return entry.name if table.find(entry.name) == (entry,) else entry.key


def show_names(keys: Iterable[str], table: LookupTable) -> str:
    """A list by names as far as a list can hold them; empty where an entry is not in sight, or no list can say it."""
    entries = [table.get(key) for key in keys]
    known = [entry for entry in entries if entry]
    if len(known) < len(entries):
        return ""
    names = [show_name(entry, table) for entry in known]
    listed = [name if _fits_in_list(name) else entry.key for name, entry in zip(names, known, strict=True)]
    text = join_list(listed)
    is_read_as_one = len(listed) > 1 and table.find(text)
    return join_list(entry.key for entry in known) if is_read_as_one else text


def _fits_in_list(name: str) -> bool:
    return split_list(name) == ListValue(items=(name,))
