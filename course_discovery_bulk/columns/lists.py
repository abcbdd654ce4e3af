"""Cells that hold several values: `a, b` says what the list is, `+a, -b` what comes and goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class ListValue:
    """A list cell: either `items` replace the whole list, or `added` and `removed` change it."""

    items: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def all_items(self) -> tuple[str, ...]:
        """Every value that is named, in whatever role."""
        return (*self.items, *self.added, *self.removed)

    @property
    def is_change(self) -> bool:
        return bool(self.added or self.removed)

    def renamed(self, names: dict[str, str]) -> ListValue:
        """The same list with each value replaced by its key; two names of one thing become one."""
        return replace(
            self,
            items=tuple(dict.fromkeys(names[item] for item in self.items)),
            added=tuple(dict.fromkeys(names[item] for item in self.added)),
            removed=tuple(dict.fromkeys(names[item] for item in self.removed)),
        )


def split_list(text: str) -> ListValue:
    """Split at commas, semicolons and line breaks; doubles are dropped, the order is kept.

    Only a list in which every value has a sign is a change: `C++, -ism` stays a plain list.
    """
    flat = text.replace("\n", ",").replace(";", ",")
    parts = tuple(dict.fromkeys(part.strip() for part in flat.split(",") if part.strip()))
    if not all(part[0] in "+-" and part[1:].strip() for part in parts):
        return ListValue(items=parts)
    return ListValue(
        added=tuple(part[1:].strip() for part in parts if part[0] == "+"),
        removed=tuple(part[1:].strip() for part in parts if part[0] == "-"),
    )


def join_list(items: Iterable[str]) -> str:
    """The cell that says what a list is; empty where the items cannot be told apart in a cell, or look like changes."""
    parts = tuple(items)
    text = ", ".join(parts)
    return text if split_list(text) == ListValue(items=parts) else ""
