"""Rows read in advance, and how to have them read again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model, Prefetch, prefetch_related_objects


def load_lists(row: Model, lists: Iterable[Prefetch | str]) -> None:
    """Read these lists of a row with as few queries as there can be, unless the row came with what it needs."""
    if "_prefetched_objects_cache" not in vars(row):
        prefetch_related_objects([row], *lists)


def forget_loaded(*rows: Model | None) -> None:
    """Have the lists that were read with these rows read again when they are next asked for."""
    for row in rows:
        if row is not None:
            vars(row).pop("_prefetched_objects_cache", None)
