"""The Celery functions: a task id in, one call, nothing else. A job is a doorbell, the database is the record."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

from celery import current_app, shared_task
from kombu.exceptions import OperationalError

from course_discovery_bulk import conf
from course_discovery_bulk.notifications import announce
from course_discovery_bulk.text.logs import get_logger
from course_discovery_bulk.workers import precedence, redispatch, sweeper
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.time_slice import work_on

logger = get_logger(__name__)

WAIT_AFTER_CRASH: Final = 30.0  # seconds; what crashed a job would crash the next one too if it came at once
LONGEST_COUNTDOWN: Final = 60.0  # a worker holds delayed messages in its memory
LARGEST_ID: Final = 2**63 - 1
RETRY_ONCE: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
_SETTINGS: Final = conf.read()
# Set for each of our functions, so that whatever the host sets for all of its own does not apply: a job that is lost
# costs delay and no more, and what recovers work is the lease.
DOORBELL: Final[dict[str, Any]] = {
    "acks_late": False,
    "reject_on_worker_lost": False,
    "retry_on_worker_lost": False,  # from Celery 5.7 on
    "max_retries": 0,
    "ignore_result": True,
    "soft_time_limit": _SETTINGS.soft_time_limit,
    "time_limit": _SETTINGS.time_limit,
}


@dataclass(kw_only=True)
class Sweeps:
    """When this process has swept last."""

    last: float | None = None

    def is_due(self) -> bool:
        seconds = conf.read().sweep_seconds
        return bool(seconds) and (self.last is None or time.monotonic() - self.last >= seconds)

    def note(self) -> None:
        self.last = time.monotonic()


SWEEPS: Final = Sweeps()


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many jobs were overdue, and how many of these the broker took."""

    overdue: int
    sent: int


@shared_task(name="course_discovery_bulk.run_task", **DOORBELL)
def run_task(task_pk: int) -> None:
    """Work on a task for a slice, then ring for the next one if there is more to do."""
    if not _may_be_id(task_pk):  # anybody who reaches the broker can send this: it must not ring for itself for ever
        logger.warning("job without a task dropped", extra={"event": "bulk.forged_job"})
        return
    following = NextJob.after(WAIT_AFTER_CRASH)
    try:
        if SWEEPS.is_due():
            sweep_now()  # a sweep that was rung for waits in the queue, behind the work of those who are not lost
        task_pk = _most_urgent(task_pk)
        following = work_on(task_pk, ring)
    except SystemExit:  # the worker is told to stop: another one goes on at once
        following = NextJob.now()
        raise
    finally:
        if following.is_needed:
            ring(task_pk, countdown=following.seconds)
    if not following.is_needed and announce.is_due(task_pk):
        _publish(notify, [task_pk])


@shared_task(name="course_discovery_bulk.notify", **DOORBELL)
def notify(task_pk: int) -> None:
    """Tell other apps and the uploader of the end of a task, or of a preview that is ready; each of them once."""
    if _may_be_id(task_pk):
        announce.tell(task_pk)


@shared_task(name="course_discovery_bulk.sweep", **DOORBELL)
def sweep() -> None:
    """Ring for every task that stands still."""
    sweep_now()


def sweep_now() -> Swept:
    """Ring for every task that stands still, and say how many jobs were sent."""
    SWEEPS.note()
    found = sweeper.sweep(conf.read())
    told = sum(_publish(notify, [task_pk]) for task_pk in found.to_tell)
    rung = sum(ring(task_pk) for task_pk in found.to_ring)
    swept = Swept(overdue=len(found.to_ring) + len(found.to_tell), sent=rung + told)
    if found.to_ring:
        facts = {"event": "bulk.sweep", "jobs": rung, "overdue": len(found.to_ring), "dead_lanes": found.dead_lanes}
        logger.warning("sweep found tasks that stood still", extra=facts)
    return swept


def ring(task_pk: int, *, countdown: float = 0.0, celery_id: str | None = None) -> bool:
    """Send a job for a task; False where the broker did not take it in time. A lost ring costs delay, no more."""
    options = {"task_id": celery_id or str(uuid.uuid4()), "countdown": min(countdown, LONGEST_COUNTDOWN) or None}
    return _publish(run_task, [task_pk], **options)


def ring_for_sweep() -> bool:
    """Send a job that sweeps; one that is not taken before the next is due is dropped."""
    return _publish(sweep, [], expires=conf.read().sweep_seconds or None)


def _most_urgent(task_pk: int) -> int:
    """The task that a job goes to: its own, or one that goes first, and then its own gets another job."""
    settings = conf.read()
    first = precedence.takes_precedence(task_pk, settings)
    if first is None:
        return task_pk
    redispatch.expect_job(task_pk, ring_again_after=redispatch.patience(settings))
    ring(task_pk)
    return first


def _may_be_id(task_pk: object) -> bool:
    return isinstance(task_pk, int) and 0 < task_pk <= LARGEST_ID


def _publish(job: Any, args: list[int], **options: Any) -> bool:
    """Send a job within the bounds of the settings, whatever the host's own are."""
    chosen = conf.read()
    bounds = {"socket_timeout": chosen.publish_seconds, "socket_connect_timeout": chosen.publish_seconds}
    if chosen.queue:
        options["queue"] = chosen.queue
    try:
        with current_app.connection_for_write(transport_options=bounds) as connection:
            job.apply_async(args=args, connection=connection, retry=True, retry_policy=RETRY_ONCE, **options)
    except (OSError, OperationalError) as error:
        facts = {"event": "bulk.ring_failed", "job": job.name, "task": args[0] if args else None}
        logger.warning("job not sent: %s", type(error).__name__, extra=facts)
        return False
    return True
