"""The Celery functions: a task id in, one call, nothing else. A job is a doorbell, the database is the record."""

from __future__ import annotations

import logging
import uuid
from typing import Any, Final

from celery import current_app, shared_task
from kombu.exceptions import OperationalError

from course_discovery_bulk import conf
from course_discovery_bulk.pipeline.lanes import work_on

logger = logging.getLogger(__name__)

WAIT_AFTER_CRASH: Final = 30.0  # seconds; what crashed a job would crash the next one too if it came at once
LONGEST_COUNTDOWN: Final = 60.0  # a worker holds delayed messages in its memory
RETRY_ONCE: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
_SETTINGS: Final = conf.read()


@shared_task(
    name="course_discovery_bulk.run_task",
    acks_late=False,  # set here so that a host-wide True does not apply: recovery is the lease's
    reject_on_worker_lost=False,
    ignore_result=True,
    max_retries=None,
    soft_time_limit=_SETTINGS.soft_time_limit,
    time_limit=_SETTINGS.time_limit,
)
def run_task(task_pk: int) -> None:
    """Work on a task for a slice, then ring for the next one if there is more to do."""
    wait: float | None = WAIT_AFTER_CRASH
    try:
        wait = work_on(task_pk)
    except SystemExit:  # the worker is told to stop: another one goes on at once
        wait = 0.0
        raise
    finally:
        if wait is not None:
            ring(task_pk, countdown=wait)


def ring(task_pk: int, *, countdown: float = 0.0, celery_id: str | None = None) -> bool:
    """Send a job for a task; False where the broker did not take it in time. A lost ring costs delay, no more."""
    chosen = conf.read()
    bounds = {"socket_timeout": chosen.publish_seconds, "socket_connect_timeout": chosen.publish_seconds}
    options: dict[str, Any] = {"queue": chosen.queue} if chosen.queue else {}
    try:
        with current_app.connection_for_write(transport_options=bounds) as connection:
            send: Any = run_task.apply_async  # Celery's stubs know neither `connection` nor an absent countdown
            send(
                args=[task_pk],
                task_id=celery_id or str(uuid.uuid4()),
                countdown=min(countdown, LONGEST_COUNTDOWN) or None,
                connection=connection,
                retry=True,
                retry_policy=RETRY_ONCE,
                **options,
            )
    except (OSError, OperationalError) as error:
        logger.warning("job not sent: %s", type(error).__name__, extra={"event": "bulk.ring_failed", "task": task_pk})
        return False
    return True
