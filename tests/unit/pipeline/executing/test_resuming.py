"""Going on with a row that another worker left in the middle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import Step
from course_discovery_bulk.exceptions import (
    Refused,
)
from course_discovery_bulk.testing import EMPTY_RUN, FakeDiscovery, course_answer
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
)
from tests.unit.pipeline.executing.attempts import FULL_CELLS, RUN_KEY, Attempt, codes, planned, sent


def test_steps_that_are_done_are_not_done_again(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.fail("update_course", Refused("no", status=400))
    left = attempt(cells=LEGAL_REVIEW_CELLS).run().steps

    outcome = attempt(cells=LEGAL_REVIEW_CELLS, steps=left).run()

    assert outcome.status == RowStatus.SUCCEEDED
    assert discovery.writes == ["create_course", "update_course", "update_course", "update_run"]
    assert discovery.calls[-1][1] == RUN_KEY  # known from the step that was done before


def test_steps_come_back_from_where_they_are_kept(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.fail("update_course", Refused("no", status=400))
    left = attempt(cells=FULL_CELLS).run().steps
    stored = tuple(Step.from_dict(step.as_dict()) for step in left)

    assert attempt(cells=FULL_CELLS, steps=stored).run().status == RowStatus.SUCCEEDED


def test_a_creation_found_as_being_sent_is_adopted_where_it_is_there(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("update_course", Refused("no", status=400))
    attempt(cells=LEGAL_REVIEW_CELLS).run()
    before = len(discovery.writes)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS, steps=sent(planned(LEGAL_REVIEW_CELLS), 0)).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, ["RECOVERED"])
    assert discovery.writes[before:] == ["update_course", "update_run"]


def test_a_creation_found_as_being_sent_is_sent_where_it_is_not_there(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    outcome = attempt(steps=sent(planned({}), 0)).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, [])
    assert [name for name, *_ in discovery.calls] == ["get_course", "create_course"]


def test_a_refusal_of_what_an_earlier_job_has_sent_as_well_is_no_failure(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """The first sending takes effect late: not yet when it is read back, but before the second, which is refused."""
    done = attempt(cells=LEGAL_REVIEW_CELLS).run().steps
    discovery.put_course(course_answer("edX+CS101", course_runs=[{**EMPTY_RUN, "key": RUN_KEY, "seats": []}]))
    left = sent((*done[:2], replace(done[2], state=StepState.PLANNED, result={})), 2)
    discovery.fail("update_run", Refused("in review", status=403), after_effect=True)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS, steps=left).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, ["RECOVERED"])


def test_an_update_found_as_being_sent_is_sent_again(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    done = attempt(cells=LEGAL_REVIEW_CELLS).run().steps
    left = sent((done[0], replace(done[1], state=StepState.PLANNED, result={})), 1)
    before = len(discovery.writes)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS, steps=left).run()

    assert outcome.status == RowStatus.SUCCEEDED
    assert discovery.writes[before:] == ["update_course"]


def test_legal_review_found_as_being_sent_is_done_where_the_run_is_in_review(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    done = attempt(cells=LEGAL_REVIEW_CELLS).run().steps
    left = sent((*done[:2], replace(done[2], state=StepState.PLANNED, result={})), 2)
    before = len(discovery.writes)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS, steps=left).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, ["RECOVERED"])
    assert discovery.writes[before:] == []


@pytest.mark.parametrize(("age", "nap"), [(10.0, 50.0), (300.0, 0.0)])
def test_only_the_rest_of_the_quiet_time_is_waited(attempt: Callable[..., Attempt], age: float, nap: float) -> None:
    tried = attempt(discovery=FakeDiscovery(answers_outlive_calls=True), steps=sent(planned({}), 0, seconds_ago=age))

    tried.run()

    assert tried.naps == [pytest.approx(nap, abs=1.0)]


def test_quiet_time_is_told_by_the_shared_clock_alone(attempt: Callable[..., Attempt]) -> None:
    """The clock of this worker is two minutes ahead of it: by that one, the quiet time would be over."""
    tried = attempt(
        discovery=FakeDiscovery(answers_outlive_calls=True),
        steps=sent(planned({}), 0, seconds_ago=130.0),
        now=lambda: timezone.now() - timedelta(seconds=120),
    )

    outcome = tried.run()

    assert tried.naps == [pytest.approx(50.0, abs=1.0)]
    assert tried.saved[0][0].sent_at < (timezone.now() - timedelta(seconds=110)).isoformat()
    assert outcome.status == RowStatus.SUCCEEDED
