"""A worker's part in a process of its own, without a broker: `submit FILE TYPE` stores a task, `work ID` does it.

`work` prints the most memory that the process has had, in kilobytes.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import django


def submit(file: str, task_type: str) -> str:
    """Make the database and store a preview of the file; its id."""
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    from course_discovery_bulk import service
    from sandbox.discovery.seed import load_seed

    call_command("migrate", verbosity=0)
    load_seed()
    submission = service.submit(
        get_user_model().objects.get(username="staff"),
        file=ContentFile(Path(file).read_bytes(), name=Path(file).name),
        task_type=task_type,
        options={"dry_run": True},
        site_domain="testserver",
    )
    return str(submission.task.pk)


def work(task_pk: str) -> str:
    """Work on the task until no job is left; the peak of memory."""
    from course_discovery_bulk.workers.time_slice import work_on

    while work_on(int(task_pk)).is_needed:
        pass
    return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write({"submit": submit, "work": work}[sys.argv[1]](*sys.argv[2:]) + "\n")
