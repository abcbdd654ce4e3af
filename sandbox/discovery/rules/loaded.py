"""Rows read in advance, and how to have them read again."""

from __future__ import annotations

from django.db.models import Model


def forget_loaded(*rows: Model | None) -> None:
    """Have the lists that were read with these rows read again when they are next asked for."""
    for row in rows:
        if row is not None:
            vars(row).pop("_prefetched_objects_cache", None)
