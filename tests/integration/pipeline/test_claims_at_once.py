"""Two workers that begin tasks of one person at the same moment: the limit holds for the two of them together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from course_discovery_bulk import conf
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers import claiming
from tests.integration.pipeline.conftest import Run, csv_of, good_row


@pytest.mark.django_db(transaction=True)
def test_a_person_never_has_more_tasks_at_work_than_allowed(
    submit: Run, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "ACTIVE_TASKS_PER_USER": 1}
    tasks = [submit(csv_of(good_row(f"C{number}"))) for number in range(2)]
    both_counted = threading.Barrier(2)
    count = claiming.has_to_queue

    def count_together(*args: Any) -> bool:
        has_to_queue = count(*args)
        with suppress(threading.BrokenBarrierError):
            both_counted.wait(timeout=0.5)
        return has_to_queue

    monkeypatch.setattr(claiming, "has_to_queue", count_together)

    def claim(task: BulkOperationTask) -> claiming.Lease | None:
        try:
            return claiming.claim(task.pk, conf.read())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        leases = list(workers.map(claim, tasks))

    assert [lease is None for lease in leases].count(True) == 1
    assert sorted(BulkOperationTask.objects.values_list("status", flat=True)) == ["pending", "validating"]
