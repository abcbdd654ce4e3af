"""A worker that was overtaken: it stands still, wakes up, and changes nothing that others have done since."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk import conf, service
from course_discovery_bulk.choices import Act, RowAction, RowStatus, StepState
from course_discovery_bulk.data import CleanRow, RowOutcome, RowPlan, Step
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import LeaseLost
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.pipeline import record_new_rows
from course_discovery_bulk.pipeline.record import (
    record_outcome,
    record_pause,
    record_planned,
    record_steps,
    record_taken,
)
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE, problem
from course_discovery_bulk.workers import (
    finishing,
    leases,
    time_slice,
)
from course_discovery_bulk.workers.reasons import Reason
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import Creations
from tests.integration.pipeline.crashes import claim, expire

pytestmark = pytest.mark.usefixtures("courses_in_memory")


def test_an_expired_lease_is_neither_extended_nor_written_under(processing: BulkOperationTask) -> None:
    lease = claim(processing)
    expire(processing)

    with pytest.raises(LeaseLost):
        leases.extend(lease)
    with pytest.raises(LeaseLost):
        leases.write_task(lease, total_count=0)
    assert BulkOperationTask.objects.get(pk=processing.pk).total_count == 12


def test_the_outcome_of_a_worker_that_was_overtaken_is_not_written(processing: BulkOperationTask) -> None:
    row = processing.rows.get(line=2)
    slow, fast = claim(processing), claim(processing)
    record_taken(row, slow.epoch)
    row.refresh_from_db()
    record_taken(row, fast.epoch)
    record_outcome(row, fast.epoch, RowOutcome(line=2, status=RowStatus.SUCCEEDED), object_url="")

    with pytest.raises(LeaseLost):
        record_outcome(row, slow.epoch, RowOutcome(line=2, status=RowStatus.FAILED), object_url="")

    row.refresh_from_db()
    assert (row.status, row.epoch) == ("succeeded", fast.epoch)


def test_a_row_of_which_a_part_was_sent_since_it_was_read_is_not_taken(processing: BulkOperationTask) -> None:
    """By a worker that stood still before it announced its call: it may be about to make that call."""
    slow, fast = claim(processing), claim(processing)
    record_taken(processing.rows.get(line=2), slow.epoch)
    as_read = processing.rows.get(line=2)
    record_steps(as_read.pk, slow.epoch, [Step(act=Act.CREATE_COURSE, state=StepState.SENDING, sent_at="2027-01-01")])

    with pytest.raises(LeaseLost):
        record_taken(as_read, fast.epoch)

    assert processing.rows.get(line=2).epoch == slow.epoch


def test_a_plan_for_a_preview_does_not_replace_what_was_sent_since(processing: BulkOperationTask) -> None:
    """A worker that stood still in a preview wakes up when somebody has applied it."""
    lease, as_read = claim(processing), processing.rows.get(line=2)
    sent = Step(act=Act.CREATE_COURSE, state=StepState.SENDING, sent_at="2027-01-01")
    record_taken(processing.rows.get(line=2), lease.epoch)
    record_steps(as_read.pk, lease.epoch, [sent])
    record_pause(as_read, lease.epoch)

    with pytest.raises(LeaseLost):
        record_planned(as_read, RowPlan(line=2, action=RowAction.CREATE), "")

    assert processing.rows.get(line=2).steps == [sent.as_dict()]


def test_a_late_worker_stops_nothing(processing: BulkOperationTask) -> None:
    bench = time_slice._bench(claim(processing), conf.read(), ring=print, watch=print)
    expire(processing)

    with pytest.raises(LeaseLost):
        finishing.stop(bench, Reason(problems=(problem(DISCOVERY_UNAVAILABLE, detail="away"),)))

    processing.refresh_from_db()
    assert (processing.stopped_for, processing.notes, processing.status) == (None, [], "processing")


def test_a_call_that_is_made_after_its_row_has_ended_is_told_and_not_repeated(
    processing: BulkOperationTask, creations: Creations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker stood still just before the call, and its task was cancelled and brought to its end by another."""
    original = DiscoveryClient.create_course

    def wake_up_late(client: DiscoveryClient, body: Any) -> Any:
        monkeypatch.setattr(DiscoveryClient, "create_course", original)
        expire(processing)
        service.cancel(processing)
        assert not work_on(processing.pk).is_needed
        return original(client, body)

    monkeypatch.setattr(DiscoveryClient, "create_course", wake_up_late)
    work_on(processing.pk)

    row = processing.rows.get(line=2)
    assert (row.status, [found["code"] for found in row.problems]) == ("not_processed", ["CALLED_LATE"])
    assert "create the course" in row.problems[0]["message"]
    processing.refresh_from_db()
    retry = service.retry(processing, processing.uploaded_by).task
    while work_on(retry.pk).is_needed:
        pass
    retried = retry.rows.get(line=2)
    assert (retried.status, retried.problems) == ("succeeded", [])
    assert creations().count("L0") == 1


def test_a_late_check_changes_no_row_that_was_taken_since(processing: BulkOperationTask) -> None:
    seen = list(processing.rows.order_by("line")[:2])
    processing.rows.filter(line=2).update(epoch=7, problems=[{"code": "RECOVERED"}], group="mine")
    clean = {row.line: CleanRow(line=row.line, values={}, problems=(), group="late") for row in seen}

    record_new_rows.record_checked_rows(seen, clean)

    assert list(processing.rows.order_by("line").values_list("group", flat=True)[:2]) == ["mine", "late"]
    assert processing.rows.get(line=2).problems == [{"code": "RECOVERED"}]
