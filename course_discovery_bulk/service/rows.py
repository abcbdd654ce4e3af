"""Rows as a caller looks for them."""

from __future__ import annotations

from course_discovery_bulk.columns.keys import course_key_of_run
from course_discovery_bulk.data import fold


def groups_of(key: str) -> frozenset[str]:
    """What `BulkOperationRow.group` holds for rows of the course or the course run of this key."""
    return frozenset({fold(key), fold(course_key_of_run(key))})
