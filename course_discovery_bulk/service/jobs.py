"""A task that waits for a job: noted in the database, and a message sent once that is committed."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from course_discovery_bulk import conf
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.tasks import ring
from course_discovery_bulk.workers.redispatch import expect_job, patience


def expect(task: BulkOperationTask, *, rings: bool, celery_id: str | None = None) -> None:
    """Note that somebody will work on the task, and ring for that once all is committed."""
    expect_job(task.pk, ring_again_after=patience(conf.read()))
    if rings:
        transaction.on_commit(partial(ring, task.pk, celery_id=celery_id), robust=True)
