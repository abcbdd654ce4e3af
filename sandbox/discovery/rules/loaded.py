"""Rows read in advance, and how to have them read again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model, Prefetch, prefetch_related_objects

LOADED = "_prefetched_objects_cache"


def load_lists(row: Model, lists: Iterable[Prefetch | str]) -> None:
    """Read those of these lists that did not come with the row, with as few queries as there can be."""
    loaded = vars(row).get(LOADED, {})
    missing = [wanted for wanted in lists if getattr(wanted, "prefetch_to", wanted) not in loaded]
    if missing:
        prefetch_related_objects([row], *missing)


def set_loaded(row: Model, **lists: Iterable[Model]) -> None:
    """Say what lists of a row that was just made hold, so that they need not be read."""
    for name, rows in lists.items():
        known = getattr(row, name).all()
        known._result_cache, known._prefetch_done = list(rows), True  # noqa: SLF001 - as Django's prefetching does
        vars(row).setdefault(LOADED, {})[name] = known


def forget_loaded(*rows: Model | None, keep: Iterable[str] = ()) -> None:
    """Have the lists that were read with these rows, but for a few, read again when they are next asked for."""
    for row in filter(None, rows):
        loaded = vars(row).pop(LOADED, {})
        kept = {name: loaded[name] for name in keep if name in loaded}
        if kept:
            setattr(row, LOADED, kept)
