"""Persist: short pieces of database work that outlive a lock, a lost connection or a restart of the server.

Only for work that may be done twice without harm: single conditional updates, and short transactions of them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError, connection

from course_discovery_bulk import conf
from course_discovery_bulk.db.statements import bounded_statements

Given = TypeVar("Given")

FIRST_WAIT: Final = 0.05
LONGEST_WAIT: Final = 1.0


def renew_connection() -> None:
    """Leave behind a connection on which a statement may have been interrupted."""
    if not connection.in_atomic_block:
        connection.close()


def persist(work: Callable[[], Given]) -> Given:
    """Do it, and again while the database has passing trouble, for a third of a lease at most.

    Inside a transaction of the caller's it is done once: only the whole transaction could be done again.
    """
    deadline = time.monotonic() + conf.read().lease_seconds / 3
    wait = FIRST_WAIT
    while True:
        try:
            with bounded_statements():
                return work()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            connection.close()
        time.sleep(random.uniform(wait / 2, wait))  # noqa: S311 - spreads workers out, keeps no secret
        wait = min(wait * 2, LONGEST_WAIT)
