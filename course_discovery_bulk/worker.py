"""What every Celery worker does by itself: it sweeps when it starts, and then every so often.

Its own timer rings, and any worker does the sweeping; so neither a beat nor a cron job is needed to revive tasks
whose jobs were lost or whose workers died.
"""

from __future__ import annotations

from typing import Any

from celery.signals import worker_ready

from course_discovery_bulk import conf
from course_discovery_bulk.tasks import ring_for_sweep


def connect() -> None:
    """Listen for workers that start in this process."""
    worker_ready.connect(_begin_sweeping, dispatch_uid="course_discovery_bulk.sweep")


def _begin_sweeping(sender: Any, **_facts: Any) -> None:
    """`sender` is Celery's consumer, which keeps the timer of the worker's main process."""
    seconds = conf.read().sweep_seconds
    if seconds:
        ring_for_sweep()
        sender.timer.call_repeatedly(seconds, ring_for_sweep)
