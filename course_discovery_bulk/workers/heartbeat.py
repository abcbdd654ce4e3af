"""The heartbeat: shows life for a lane while a long call keeps its worker busy.

A call in process cannot be timed out from inside, and it may take longer than a lease. With the heartbeat a lease
runs out only when its process has died or stands still, so nobody repeats a call that is still under way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context

from django.db import DatabaseError, connection

from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.text.logs import get_logger
from course_discovery_bulk.workers import leases

logger = get_logger(__name__)


@contextmanager
def heartbeat(lease: leases.Lease, *, longest: float) -> Iterator[None]:
    """Extend a lease every third of its time until the block ends, on a connection of its own.

    Not for longer than `longest` seconds: by then the worker was to be killed, and where nobody kills workers
    something that hangs for ever must not keep its lane for ever.
    """
    is_over = threading.Event()
    until = time.monotonic() + longest
    thread = threading.Thread(target=copy_context().run, args=(_beat, lease, is_over, until), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=1.0)


def _beat(lease: leases.Lease, is_over: threading.Event, until: float) -> None:
    try:
        while not is_over.wait(lease.seconds / 3) and time.monotonic() < until:
            try:
                leases.extend(lease)
            except LeaseLost:
                return  # the lane's own next write finds out too, and stops there
            except DatabaseError as error:
                logger.warning(
                    "heartbeat missed: %s",
                    type(error).__name__,
                    extra={"event": "bulk.heartbeat_missed"},
                )
    finally:
        connection.close()
