"""The Celery functions have what keeps them safe on any host, whatever that host sets for its own."""

from __future__ import annotations

import pytest

from course_discovery_bulk import conf, tasks


@pytest.mark.parametrize("name", ["run_task", "notify", "sweep"])
def test_a_job_leaves_nothing_to_the_options_of_the_host(name: str) -> None:
    """Celery takes from the host's settings what is None here, and nothing else."""
    job = getattr(tasks, name)

    assert job.name == f"course_discovery_bulk.{name}"
    assert (job.acks_late, job.reject_on_worker_lost, job.retry_on_worker_lost) == (False, False, False)
    assert (job.ignore_result, job.max_retries) == (True, 0)
    assert (job.soft_time_limit, job.time_limit) == (conf.read().soft_time_limit, conf.read().time_limit)
