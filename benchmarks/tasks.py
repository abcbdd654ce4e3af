"""Tasks to measure with: uploaded as staff would, and worked on in this process or in several."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import connection

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on

HOST = "localhost"
LANE = """
import sys, time
import django
django.setup()
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
pk = int(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while not BulkOperationTask.objects.get(pk=pk).is_final:
    following = work_on(pk)
    time.sleep(min(following.seconds, 0.05) if following.is_needed else 0.05)
"""


def submit(task_type: str, content: bytes, **options: Any) -> BulkOperationTask:
    """A task of staff that nobody works on yet."""
    file = ContentFile(content, name="courses.csv")
    staff = get_user_model().objects.get(username="staff")
    return service.submit(staff, file=file, task_type=task_type, options=options, site_domain=HOST).task


def work(task: BulkOperationTask) -> BulkOperationTask:
    """Work on it here until nothing is left to do."""
    while work_on(task.pk).is_needed:
        pass
    task.refresh_from_db()
    return task


def seconds_with_lanes(task: BulkOperationTask, lanes: int) -> float:
    """How long workers, each a process of its own that is up already, take to bring a task to its end."""
    connection.close()
    command = [sys.executable, "-c", LANE, str(task.pk)]
    pipe = subprocess.PIPE
    workers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(lanes)]  # noqa: S603 - ours
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()
    started = time.perf_counter()
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        if worker.wait():
            raise RuntimeError("a worker failed")
    elapsed = time.perf_counter() - started
    task.refresh_from_db()
    if task.succeeded_count != task.total_count:
        raise RuntimeError(f"not every row succeeded: {task.task_summary}")
    return elapsed
