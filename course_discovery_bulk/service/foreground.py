"""Work in the foreground: whoever submitted a task brings it to its end in their own process, without a broker.

It is the work of a lane like any other, under a lease of its own: workers may be at the same task, and a sweep goes on
with it should this process end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from course_discovery_bulk.choices import RESTING_TASK_STATUSES
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.notifications.announce import tell
from course_discovery_bulk.tasks import ring
from course_discovery_bulk.workers.time_slice import work_on

LOOK_SECONDS: Final = 1.0


def work_here(
    task: BulkOperationTask, watch: Callable[[], object], sleep: Callable[[float], object] = time.sleep
) -> None:
    """Work on a task until it has ended, or until its preview is ready, and tell whoever is to be told.

    `watch` is called again and again, between rows and while there is nothing to do here: because the task is paused,
    because it queues behind others of its uploader, or because workers are at it.
    """
    while task.status not in RESTING_TASK_STATUSES:
        following = work_on(task.pk, partial(_ring_for_others, task.pk), watch, makes_room=False)
        task.refresh_from_db()
        if not following.is_now and task.status not in RESTING_TASK_STATUSES:
            watch()
            sleep(min(following.seconds, LOOK_SECONDS) if following.is_needed else LOOK_SECONDS)
    tell(task.pk)


def _ring_for_others(own: int, task_pk: int) -> None:
    """A task that queued behind this one may begin; for this one nobody is rung, the work is done here."""
    if task_pk != own:
        ring(task_pk)
