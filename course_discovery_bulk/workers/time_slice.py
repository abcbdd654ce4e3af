"""A time slice: one job claims a lane of a task, works on it for a while, lets it go, and says when the next is due.

Everything is resumed from the database: a job may start after any other was killed at any point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from course_discovery_bulk import conf
from course_discovery_bulk.exceptions import INTERRUPTIONS, LeaseLost
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.text.logs import about, get_logger
from course_discovery_bulk.workers import claiming, leases, pauses, redispatch
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.finishing import BLOCKED_SECONDS
from course_discovery_bulk.workers.heartbeat import heartbeat
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.stages import advance

logger = get_logger(__name__)

BRIEFLY: Final = 2.0  # seconds that somebody waits for an edit
BRIEFLY_READ: Final = 5.0


def work_on(
    task_pk: int,
    ring: Callable[[int], object] = lambda task_pk: None,
    watch: Callable[[], object] = lambda: None,
    *,
    makes_room: bool = True,
) -> NextJob:
    """Work on a task for a slice of time; when its lane needs another job, if it does.

    `ring` sends a job for a task: for further lanes as soon as there is work for them. `watch` is called again and
    again, where a task can be asked to stop. A caller that works on no other task makes no room for one.
    """
    settings = conf.read()
    lease = claiming.claim(task_pk, settings)
    if lease is None:
        return pauses.next_attempt(task_pk)
    with about(task=task_pk):
        return _work_in_lane(lease, settings, ring=ring, watch=watch, makes_room=makes_room)


def recheck_briefly(task_pk: int) -> NextJob:
    """Check and plan what was edited in a preview while somebody waits for it; a job does what takes longer.

    Nothing is tried a second time here, and few rows are looked at.
    """
    settings = conf.read()
    brief = replace(
        settings,
        slice_seconds=min(BRIEFLY, settings.slice_seconds),
        read_seconds=min(BRIEFLY_READ, settings.read_seconds),
        row_attempts=1,
    )
    lease = claiming.claim(task_pk, brief)
    if lease is None:
        return pauses.next_attempt(task_pk)
    with about(task=task_pk):
        return _work_in_lane(lease, brief, most_rows=settings.edit_at_once_rows)


def _work_in_lane(
    lease: leases.Lease,
    settings: conf.BulkSettings,
    *,
    ring: Callable[[int], object] = lambda task_pk: None,
    watch: Callable[[], object] = lambda: None,
    **limits: Any,
) -> NextJob:
    """Work, and let the lane go however that ends."""
    following = NextJob.now()  # what an interruption leaves is gone on with at once
    is_ours = False
    try:
        with heartbeat(lease, longest=settings.time_limit):
            bench = _bench(lease, settings, ring=ring, watch=watch)
            following = advance(replace(bench, **limits))
    except LeaseLost:
        logger.warning("lease lost", extra={"event": "bulk.lease_lost", "epoch": lease.epoch})
    except INTERRUPTIONS:
        leases.count_interruption(lease)  # rows have counts of their own
        raise
    finally:
        again = following.seconds + redispatch.patience(settings) if following.is_needed else None
        is_ours = leases.release(lease, ring_again_after=again)
    if is_ours and not following.is_needed and not redispatch.is_looked_after(lease.task_pk):
        # Two lanes that end at the same moment see each other at work, and each leaves what is left to the other.
        following = NextJob.after(BLOCKED_SECONDS)
        redispatch.expect_job(lease.task_pk, ring_again_after=BLOCKED_SECONDS + redispatch.patience(settings))
    return following if is_ours else NextJob.none()


def _bench(
    lease: leases.Lease, settings: conf.BulkSettings, *, ring: Callable[[int], object], watch: Callable[[], object]
) -> Bench:
    task = BulkOperationTask.objects.select_related("uploaded_by").get(pk=lease.task_pk)
    uploader = task.uploaded_by if task.uploaded_by and task.uploaded_by.is_active else None
    return Bench(task=task, lease=lease, settings=settings, uploader=uploader, ring=ring, watch=watch)
