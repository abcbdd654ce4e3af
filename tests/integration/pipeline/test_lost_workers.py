"""What a crashed worker leaves is taken up first, and a row that crashes every worker is given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import ROWS, Creations, Run
from tests.integration.pipeline.crashes import Killed, die, expire, kill_at

pytestmark = pytest.mark.usefixtures("courses_in_memory")


def test_the_row_of_a_lost_worker_comes_first_and_counts_the_loss(
    processing: BulkOperationTask, creations: Creations, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        kill_at(3, patch)
        with pytest.raises(Killed):
            work_on(processing.pk)
    left = processing.rows.get(status=RowStatus.RUNNING)

    assert not work_on(processing.pk).is_needed

    left.refresh_from_db()
    processing.refresh_from_db()
    assert (left.crashes, left.status, left.attempts) == (1, "succeeded", 2)
    assert processing.status == "completed"
    assert creations() == sorted(f"L{number}" for number in range(12))


def test_what_a_lost_worker_left_comes_before_all_other_rows(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, order = DiscoveryClient.create_course, []

    def create(client: DiscoveryClient, body: Any) -> Any:
        order.append(body["number"])
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", create)
    processing.rows.filter(line=9).update(status=RowStatus.RUNNING, epoch=1)

    work_on(processing.pk)

    assert order[:3] == ["L7", "L0", "L1"]


def test_a_row_that_kills_every_worker_is_given_up_and_the_others_are_done(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, starts = DiscoveryClient.create_course, []

    def poison(client: DiscoveryClient, body: Any) -> Any:
        if body["number"] == "L5":
            starts.append(body["number"])
            raise Killed
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", poison)
    for _job in range(10):
        try:
            if not work_on(processing.pk).is_needed:
                break
        except Killed:
            expire(processing)

    processing.refresh_from_db()
    given_up = processing.rows.get(line=7)
    assert (given_up.status, [found["code"] for found in given_up.problems]) == ("unknown", ["WORKER_LOST"])
    assert len(starts) == 3
    assert processing.succeeded_count == 11
    assert processing.status == "partially_completed"


def test_a_task_on_which_worker_after_worker_dies_ends(submit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    task = submit(ROWS)
    monkeypatch.setattr("course_discovery_bulk.workers.ingestion.read_chunks", die)

    for _job in range(4):
        with pytest.raises(Killed):
            work_on(task.pk)
        task.lanes.update(lease_owner="gone", lease_until=timezone.now() - timedelta(seconds=1))
    assert not work_on(task.pk).is_needed

    task.refresh_from_db()
    assert (task.status, [note["code"] for note in task.notes]) == ("failed", ["WORKER_LOST"])
