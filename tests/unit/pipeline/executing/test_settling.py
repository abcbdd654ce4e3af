"""How a row of a stopped task ends: by reading back alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import Step
from course_discovery_bulk.exceptions import Transient
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE, Problem, problem
from course_discovery_bulk.testing import FakeDiscovery
from tests.unit.operations.samples import LEGAL_REVIEW_CELLS
from tests.unit.pipeline.executing.attempts import (
    ATTEMPTS,
    IN_THE_WAY,
    SAME_COURSE,
    Attempt,
    codes,
    planned,
    sent,
    states,
)

REASON = problem(DISCOVERY_UNAVAILABLE, detail="away")


@pytest.mark.parametrize(("reason", "found"), [(REASON, ["DISCOVERY_UNAVAILABLE"]), (None, [])])
@pytest.mark.parametrize("steps", [(), planned({}), planned(LEGAL_REVIEW_CELLS)])
def test_a_row_of_which_nothing_was_sent_is_not_processed(
    attempt: Callable[..., Attempt],
    discovery: FakeDiscovery,
    steps: tuple[Step, ...],
    reason: Problem | None,
    found: list[str],
) -> None:
    outcome = attempt(steps=steps).settle(reason)

    assert (outcome.status, codes(outcome), discovery.calls) == (RowStatus.NOT_PROCESSED, found, [])


def test_a_creation_that_took_effect_is_adopted_and_nothing_more_is_sent(attempt: Callable[..., Attempt]) -> None:
    discovery = FakeDiscovery(courses=[SAME_COURSE])
    steps = sent(planned(LEGAL_REVIEW_CELLS), 0)

    outcome = attempt(discovery=discovery, steps=steps).settle(REASON)

    assert outcome.status == RowStatus.PARTLY_DONE
    assert [code for code in codes(outcome) if code != "NOT_SAVED"] == ["RECOVERED", "STOPPED_HALFWAY"]
    assert (states(outcome), discovery.writes) == (["done", "planned", "planned"], [])


def test_a_creation_that_took_no_effect_leaves_the_row_as_if_never_begun(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    outcome = attempt(steps=sent(planned({}), 0)).settle(REASON)

    assert (outcome.status, codes(outcome)) == (RowStatus.NOT_PROCESSED, ["DISCOVERY_UNAVAILABLE"])
    assert (states(outcome), discovery.writes) == (["planned"], [])


def test_a_course_that_another_has_made_meanwhile_is_left_alone(attempt: Callable[..., Attempt]) -> None:
    outcome = attempt(discovery=FakeDiscovery(courses=[IN_THE_WAY]), steps=sent(planned({}), 0)).settle(REASON)

    assert (outcome.status, codes(outcome)) == (RowStatus.SKIPPED, ["COURSE_EXISTS"])


def test_a_change_that_discovery_does_not_show_stays_unknown(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """A step that may be sent once more needs no proof; here nothing will be sent."""
    done = attempt(cells=LEGAL_REVIEW_CELLS).run().steps
    picture = replace(done[1], state=StepState.PLANNED, result={}, body={"image": done[1].body["image"]})
    before = len(discovery.writes)

    outcome = attempt(steps=sent((done[0], picture), 1)).settle(REASON)

    assert (outcome.status, codes(outcome), states(outcome)) == (
        RowStatus.UNKNOWN,
        ["ANSWER_LOST"],
        ["done", "sending"],
    )
    assert len(discovery.writes) == before


def test_a_row_whose_steps_are_all_done_has_succeeded(attempt: Callable[..., Attempt]) -> None:
    done = attempt(cells=LEGAL_REVIEW_CELLS).run().steps

    outcome = attempt(steps=done).settle(REASON)

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, [])


def test_fields_that_were_not_kept_are_told_at_the_end_as_well(attempt: Callable[..., Attempt]) -> None:
    tried = attempt(discovery=FakeDiscovery(does_not_keep=["weeks_to_complete"]), cells={"length": "8"})
    done = tried.run().steps

    outcome = attempt(cells={"length": "8"}, steps=done).settle(None)

    assert (outcome.status, codes(outcome)) == (RowStatus.PARTLY_DONE, ["NOT_SAVED"])
    assert outcome.problems[0].column == "length"


@pytest.mark.parametrize("tries", [0, ATTEMPTS])
def test_a_job_without_time_leaves_the_reading_to_a_later_one(attempt: Callable[..., Attempt], tries: int) -> None:
    """However many jobs have tried: unlike a call, a reading is worth any number of them."""
    discovery = FakeDiscovery(answers_outlive_calls=True)
    tried = attempt(discovery=discovery, steps=sent(planned({}), 0), has_time=lambda _seconds: False, tries=tries)

    with pytest.raises(Transient):
        tried.settle(REASON)

    assert (discovery.calls, tried.naps) == ([], [])
