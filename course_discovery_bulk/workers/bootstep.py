"""What every Celery worker does by itself: it sweeps when it has found the broker, and then every so often.

Its own timer rings, and any worker does the sweeping; so neither a beat nor a cron job is needed to revive tasks
whose jobs were lost or whose workers died. Celery forgets all timers when it loses the broker. Hence a step of its
consumer, which starts anew with every connection: and that is when jobs are most likely to have been lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from celery import bootsteps
from celery.signals import celeryd_init

from course_discovery_bulk import conf


class Sweeping(bootsteps.StartStopStep):
    """Rings for a sweep again and again while a worker is connected."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    ring: ClassVar[Callable[[], object]]  # sends a job that sweeps

    def __init__(self, consumer: Any, **options: Any) -> None:
        self._entry: Any = None
        super().__init__(consumer, **options)

    def start(self, consumer: Any) -> None:
        seconds = conf.read().sweep_seconds
        if seconds:
            type(self).ring()
            self._entry = consumer.timer.call_repeatedly(seconds, type(self).ring)

    def stop(self, consumer: Any) -> None:
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None


def connect(ring: Callable[[], object]) -> None:
    """Listen for workers that start in this process; `ring` sends a job that sweeps."""
    Sweeping.ring = staticmethod(ring)
    celeryd_init.connect(_prepare, dispatch_uid="course_discovery_bulk.worker")


def _prepare(instance: Any, **_facts: Any) -> None:
    """`instance` is Celery's worker, before it has made its consumer and its pool."""
    instance.app.steps["consumer"].add(Sweeping)
