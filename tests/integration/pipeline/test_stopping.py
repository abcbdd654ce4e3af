"""A stopped task comes to its end: what was sent is read back, and the rest is not processed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from course_discovery_bulk import service
from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import Creations, row_results
from tests.integration.pipeline.crashes import Killed, answer_away, die, lose_a_worker_at_the_first_call

pytestmark = pytest.mark.usefixtures("courses_in_memory")


def waits_until_the_end(task: BulkOperationTask) -> list[NextJob]:
    """What each job said until none was wanted any more; the pauses are not waited for."""
    waits: list[NextJob] = []
    while len(waits) < 6 and (not waits or waits[-1].is_needed):
        BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
        waits.append(work_on(task.pk))
    return waits


def test_cancel_settles_a_row_that_a_lost_worker_had_sent(
    processing: BulkOperationTask, creations: Creations, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = DiscoveryClient.create_course

    def made_but_not_noted(client: DiscoveryClient, body: Any) -> Any:
        original(client, body)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "create_course", made_but_not_noted)
        with pytest.raises(Killed):
            work_on(processing.pk)
    BulkOperationTask.objects.filter(pk=processing.pk).update(cancel_requested_at=timezone.now())

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    results = row_results(processing)
    assert results[0] == (2, "succeeded", ["RECOVERED"])
    assert {status for _line, status, _codes in results[1:]} == {"not_processed"}
    assert processing.status == "cancelled"
    assert creations() == ["L0"]


def test_cancel_ends_a_row_whose_worker_died_before_it_was_planned(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("course_discovery_bulk.workers.row_loop.plan_now", die)
        with pytest.raises(Killed):
            work_on(processing.pk)
    assert processing.rows.get(status=RowStatus.RUNNING).line == 2
    BulkOperationTask.objects.filter(pk=processing.pk).update(cancel_requested_at=timezone.now())

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    assert {status for _line, status, _codes in row_results(processing)} == {"not_processed"}
    assert processing.status == "cancelled"


def test_cancel_with_discovery_away_ends_the_sent_row_as_unknown(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_a_worker_at_the_first_call(processing)
    BulkOperationTask.objects.filter(pk=processing.pk).update(cancel_requested_at=timezone.now())
    monkeypatch.setattr(DiscoveryClient, "get_course", answer_away)

    waits = waits_until_the_end(processing)

    processing.refresh_from_db()
    assert len(waits) == 4 and all(wait.seconds for wait in waits[:-1])
    assert row_results(processing)[0][1] == "unknown"
    assert processing.status == "cancelled"


def test_a_cancelled_task_still_asks_what_became_of_a_row_however_often_it_paused_before(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(DiscoveryClient, "create_course", answer_away)
        for _job in range(4):
            BulkOperationTask.objects.filter(pk=processing.pk).update(next_attempt_at=None)
            work_on(processing.pk)
    processing.refresh_from_db()
    assert processing.pauses == 4
    service.cancel(processing)

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    assert processing.status == "cancelled"
    assert {status for _line, status, _codes in row_results(processing)} == {"not_processed"}


def test_a_row_that_cannot_be_settled_says_why_and_the_task_ends(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_a_worker_at_the_first_call(processing)
    service.cancel(processing)
    monkeypatch.setattr(DiscoveryClient, "get_course", _broken)

    assert not work_on(processing.pk).is_needed

    processing.refresh_from_db()
    assert processing.status == "cancelled"
    assert row_results(processing)[0] == (2, "unknown", ["INTERNAL_ERROR"])
    assert {status for _line, status, _codes in row_results(processing)[1:]} == {"not_processed"}


def test_a_row_given_up_after_a_cancellation_says_why(
    processing: BulkOperationTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_a_worker_at_the_first_call(processing)
    service.cancel(processing)
    monkeypatch.setattr(DiscoveryClient, "get_course", answer_away)
    waits_until_the_end(processing)

    assert row_results(processing)[0] == (2, "unknown", ["ANSWER_LOST"])


def _broken(*_args: Any, **_kwargs: Any) -> Any:
    raise KeyError("an answer of a form that nobody expects")
