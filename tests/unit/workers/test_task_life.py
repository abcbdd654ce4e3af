"""The life of a task: what is next for every combination of facts, and which statuses follow each other."""

from __future__ import annotations

import itertools
from dataclasses import fields

import pytest

from course_discovery_bulk.choices import FINAL_TASK_STATUSES, TaskStatus
from course_discovery_bulk.workers import stages
from course_discovery_bulk.workers.task_life import (
    STATUSES,
    Facts,
    Next,
    RowsEnd,
    TaskEvent,
    after_plan,
    after_rows,
    can_follow,
    next_stage,
    status_after,
)

NAMES = [field.name for field in fields(Facts)]
EVERY = [Facts(**dict(zip(NAMES, facts, strict=True))) for facts in itertools.product([False, True], repeat=len(NAMES))]
STOPS = {stage for stage in Next if stage.name.startswith("STOP_")}


def expected(task: Facts) -> Next:
    """The same rules as nested questions."""
    if task.is_stopped:
        return Next.FINISH
    if not task.has_uploader:
        return Next.STOP_UPLOADER_GONE
    if task.has_lost_workers:
        return Next.STOP_WORKERS_LOST
    if task.is_started and task.is_past_its_time:
        return Next.STOP_OUT_OF_TIME
    if not task.is_read:
        return Next.READ
    if not task.is_cancelled and not task.is_checked:
        return Next.CHECK
    if task.is_cancelled:
        return Next.STOP_CANCELLED
    if task.is_refused:
        return Next.STOP_POLICY
    if task.is_edited and not task.is_started:
        return Next.RECHECK
    return Next.PLAN if task.plans_first and not task.is_started else Next.WRITE


def test_every_combination_of_facts_has_its_next_stage() -> None:
    assert len(EVERY) == 2**11
    assert [facts for facts in EVERY if next_stage(facts) is not expected(facts)] == []


def test_nothing_is_planned_or_written_that_must_not_be() -> None:
    working = [facts for facts in EVERY if next_stage(facts) in {Next.RECHECK, Next.PLAN, Next.WRITE}]

    assert working
    for facts in working:
        assert facts.has_uploader and facts.is_read and facts.is_checked
        assert not (facts.is_stopped or facts.is_cancelled or facts.is_refused or facts.has_lost_workers)


def test_a_task_that_is_asked_to_stop_is_read_so_that_its_rows_are_told_and_not_checked() -> None:
    asked = [facts for facts in EVERY if facts.is_cancelled]

    assert {next_stage(facts) for facts in asked} == {
        Next.FINISH,
        Next.READ,
        *(STOPS - {Next.STOP_FAILURES, Next.STOP_POLICY}),
    }


@pytest.mark.parametrize(
    ("is_cancelled", "is_complete", "is_preview", "following"),
    [
        (False, False, False, Next.HAND_OVER),
        (False, False, True, Next.HAND_OVER),
        (False, True, False, Next.BEGIN),
        (False, True, True, Next.REST),
        (True, False, False, Next.STOP_CANCELLED),
        (True, False, True, Next.STOP_CANCELLED),
        (True, True, False, Next.STOP_CANCELLED),
        (True, True, True, Next.STOP_CANCELLED),
    ],
)
def test_what_follows_a_slice_of_planning(
    *, is_cancelled: bool, is_complete: bool, is_preview: bool, following: Next
) -> None:
    assert after_plan(is_cancelled=is_cancelled, is_complete=is_complete, is_preview=is_preview) is following


@pytest.mark.parametrize("has_failed_enough", [False, True])
@pytest.mark.parametrize("is_cancelled", [False, True])
@pytest.mark.parametrize("end", RowsEnd)
def test_what_follows_a_slice_of_writing(*, end: RowsEnd, is_cancelled: bool, has_failed_enough: bool) -> None:
    stopped = Next.STOP_CANCELLED if is_cancelled else Next.STOP_FAILURES if has_failed_enough else Next.FINISH

    following = {
        RowsEnd.ALL_TAKEN: Next.END,
        RowsEnd.MORE: Next.HAND_OVER,
        RowsEnd.PAUSED: Next.WAIT,
        RowsEnd.STOPPED: stopped,
        RowsEnd.WORKERS_LOST: Next.STOP_WORKERS_LOST,
    }[end]
    assert after_rows(end, is_cancelled=is_cancelled, has_failed_enough=has_failed_enough) is following


def test_whatever_is_next_can_be_done() -> None:
    assert set(stages.REASONS) == STOPS
    assert set(stages.PERFORMED) == set(Next) - STOPS


@pytest.mark.parametrize("final", sorted(FINAL_TASK_STATUSES))
def test_a_final_status_never_changes(final: TaskStatus) -> None:
    assert not any(can_follow(final, status) for status in TaskStatus)
    assert any(can_follow(status, final) for status in TaskStatus)


def test_every_status_leads_to_an_end() -> None:
    reached = {TaskStatus.PENDING}
    for _step in TaskStatus:
        reached |= {status for status in TaskStatus for before in reached if can_follow(before, status)}
    assert reached == set(TaskStatus)
    for status in set(TaskStatus) - FINAL_TASK_STATUSES - {TaskStatus.PENDING, TaskStatus.VALIDATED}:
        assert status in STATUSES[TaskEvent.ENDED]


def test_an_event_that_cannot_happen_is_refused() -> None:
    assert status_after(TaskEvent.APPLIED, TaskStatus.VALIDATED) is TaskStatus.PROCESSING
    with pytest.raises(KeyError):
        status_after(TaskEvent.APPLIED, TaskStatus.COMPLETED)
