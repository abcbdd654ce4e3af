"""The life of a row: which statuses follow each other, and how a row ends that is not looked up."""

from __future__ import annotations

import itertools

import pytest

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.pipeline.row_life import STATUSES, RowEvent, can_follow, is_over, status_after, status_unseen

PENDING, RUNNING = RowStatus.PENDING, RowStatus.RUNNING
CHECKED_AGAIN = {RowStatus.INVALID, RowStatus.SKIPPED}  # by the job after one that was interrupted


def test_what_has_a_result_keeps_it() -> None:
    """But for what checking found, as long as nothing of the row was taken: the next job checks it anew.

    And but for a preview that somebody edits: nothing of it was written.
    """
    for event, before in itertools.product(RowEvent, RowStatus):
        if is_over(before) and event not in {RowEvent.CHECKED, RowEvent.EDITED}:
            assert before not in STATUSES[event], (event, before)
    assert {status for status in STATUSES[RowEvent.CHECKED] if is_over(status)} == CHECKED_AGAIN


def test_every_status_is_reached_and_every_open_one_is_left() -> None:
    reached = {PENDING}
    for _step in RowStatus:
        reached |= {status for status in RowStatus for before in reached if can_follow(before, status)}

    assert reached == set(RowStatus)
    for status in OPEN_ROW_STATUSES:
        assert any(can_follow(status, end) for end in RowStatus if is_over(end))


def test_only_a_row_that_a_worker_has_taken_is_executed() -> None:
    for event in (RowEvent.SENT, RowEvent.ANSWERED, RowEvent.PAUSED, RowEvent.SETTLED):
        assert set(STATUSES[event]) == {RUNNING}


@pytest.mark.parametrize("event", [RowEvent.TAKEN, RowEvent.SENT, RowEvent.LOST])
def test_a_row_under_way_stays_so_whatever_becomes_of_its_worker(event: RowEvent) -> None:
    assert STATUSES[event][RUNNING] == {RUNNING}


@pytest.mark.parametrize(
    ("event", "sent", "unsent"),
    [
        (RowEvent.QUARANTINED, RowStatus.UNKNOWN, RowStatus.FAILED),
        (RowEvent.FAILED, RowStatus.UNKNOWN, RowStatus.FAILED),
        (RowEvent.STOPPED, RowStatus.PENDING, RowStatus.NOT_PROCESSED),
        (RowEvent.ABANDONED, RowStatus.UNKNOWN, RowStatus.NOT_PROCESSED),
    ],
)
def test_nothing_is_claimed_of_a_row_that_is_not_looked_up(event: RowEvent, sent: RowStatus, unsent: RowStatus) -> None:
    assert (status_unseen(event, was_sent=True), status_unseen(event, was_sent=False)) == (sent, unsent)
    before = PENDING if event is RowEvent.STOPPED else RUNNING
    assert STATUSES[event] == {before: {sent, unsent}}


def test_a_row_is_taken_until_it_has_its_result() -> None:
    assert status_after(RowEvent.TAKEN, PENDING) is status_after(RowEvent.TAKEN, RUNNING) is RUNNING
    assert status_after(RowEvent.PAUSED, RUNNING) is PENDING
    with pytest.raises(KeyError):
        status_after(RowEvent.TAKEN, RowStatus.SUCCEEDED)


def test_events_at_which_discovery_answers_are_not_decided_without_it() -> None:
    with pytest.raises(KeyError):
        status_unseen(RowEvent.ANSWERED, was_sent=True)
