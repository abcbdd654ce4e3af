"""The moment between reading and writing, where requests that race meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from sandbox.discovery.models import Course

# A test sets this to a barrier's `wait`, so that requests sent at once all read before any of them writes.
before_write: Callable[[], object] | None = None


@contextmanager
def write_together() -> Iterator[None]:
    """Write all of it or nothing.

    What was read before is not read again, as in the service: of two edits of one course at once, one is lost.
    """
    if before_write is not None and not connection.in_atomic_block:
        before_write()
    with transaction.atomic():
        yield


def wait_for_turn(course_id: int) -> None:
    """Let writes to one course follow each other where the database lets writers in together.

    Nothing is read for it, so the later write still undoes the earlier one.
    """
    if connection.features.has_select_for_update:
        Course.objects.select_for_update().filter(pk=course_id).values_list("pk", flat=True).first()
