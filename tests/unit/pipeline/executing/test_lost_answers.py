"""Answers that are lost: the step is read back before anything is sent once more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.exceptions import (
    AnswerLost,
    Forbidden,
    NotFound,
    Refused,
    Transient,
)
from course_discovery_bulk.testing import FakeDiscovery, course_answer
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
    MINIMAL_CELLS,
    VERIFIED_AUDIT,
)
from tests.unit.pipeline.executing.attempts import (
    ATTEMPTS,
    BUSY,
    IN_THE_WAY,
    LOST,
    SAME_COURSE,
    Attempt,
    codes,
    planned,
    sent,
)


def _never_alone(_name: str) -> AbstractContextManager[None]:
    raise Transient("another worker was busy with the same course for too long")


def test_a_lost_answer_to_a_call_that_took_effect_is_recovered(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", LOST, after_effect=True)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, ["RECOVERED"])
    assert discovery.writes == ["create_course", "update_course", "update_run"]
    assert outcome.object_uuid == "uuid-of-edx+cs101"


def test_a_lost_call_that_took_no_effect_is_sent_again(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", LOST)

    outcome = attempt().run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, [])
    assert [name for name, *_ in discovery.calls] == ["create_course", "get_course", "create_course"]


@pytest.mark.parametrize("given", [{"gives_up": lambda _error: True}, {"tries": ATTEMPTS}])
def test_a_call_that_is_lost_every_time_ends_as_unknown(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, given: dict[str, Any]
) -> None:
    """If others get through; or if that happened in as many jobs as may try, for each call might be done twice."""
    discovery.fail("create_course", *[LOST] * 20)

    outcome = attempt(**given).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.UNKNOWN, ["ANSWER_LOST"])
    assert "create the course" in outcome.problems[0].message
    assert discovery.writes == ["create_course"] * ATTEMPTS


def test_a_call_that_is_lost_while_nothing_gets_through_waits_and_is_read_back_first(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", *[LOST] * (ATTEMPTS - 1))
    discovery.fail("create_course", LOST, after_effect=True)
    tried = attempt()

    with pytest.raises(AnswerLost):
        tried.run()

    assert [step.state.value for step in tried.saved[-1]] == ["sending"]
    later = attempt(steps=tried.saved[-1]).run()
    assert (later.status, codes(later)) == (RowStatus.SUCCEEDED, ["RECOVERED"])
    assert discovery.writes == ["create_course"] * ATTEMPTS


def test_a_job_that_would_be_interrupted_leaves_the_row_to_a_later_one(discovery: FakeDiscovery) -> None:
    """No look at a call that may still take effect, and no second call, that this job has no time for."""
    for has_time, writes in ((lambda _seconds: False, 1), (lambda seconds: seconds < 63, 1)):
        asked = FakeDiscovery(answers_outlive_calls=True)
        asked.fail("create_course", *[LOST] * 20)
        tried = Attempt(discovery=asked, has_time=has_time)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("time.sleep", tried.naps.append)
            with pytest.raises(Transient):
                tried.run()

        assert asked.writes == ["create_course"] * writes
        assert tried.saved[-1][0].state == StepState.SENDING
    assert tried.naps == [pytest.approx(60.0, abs=1.0)]


def test_a_row_whose_answers_were_lost_in_as_many_jobs_as_may_be_is_not_put_off_again(
    attempt: Callable[..., Attempt],
) -> None:
    discovery = FakeDiscovery(answers_outlive_calls=True)
    discovery.fail("create_course", *[LOST] * 20)

    outcome = attempt(discovery=discovery, has_time=lambda _seconds: False, tries=ATTEMPTS).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.UNKNOWN, ["ANSWER_LOST"])
    assert outcome.steps[0].state == StepState.SENDING  # so that a retry reads it back
    assert ("get_course", "edX+CS101") in [call[:2] for call in discovery.calls]  # looked at all the same


@pytest.mark.parametrize(
    "there",
    [
        IN_THE_WAY,
        course_answer("edX+CS101", title=MINIMAL_CELLS["title"], type=VERIFIED_AUDIT, editor="other@example.org"),
        {**SAME_COURSE, "title": "Another title"},
        {**SAME_COURSE, "type": "another-type"},
    ],
)
def test_what_somebody_else_made_meanwhile_is_not_taken_for_ours(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, there: dict[str, Any]
) -> None:
    discovery.fail("create_course", LOST)
    discovery.put_course(there)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SKIPPED, ["COURSE_EXISTS"])
    assert outcome.object_key == "edX+CS101"
    assert discovery.writes == ["create_course"]


@pytest.mark.parametrize(("outlives", "naps"), [(True, [pytest.approx(60.0, abs=1.0)]), (False, [])])
def test_a_call_that_may_still_take_effect_is_given_its_time(
    attempt: Callable[..., Attempt], *, outlives: bool, naps: list[Any]
) -> None:
    discovery = FakeDiscovery(answers_outlive_calls=outlives)
    discovery.fail("create_course", LOST, after_effect=True)
    tried = attempt(discovery=discovery)

    tried.run()

    assert tried.naps == naps


def test_the_quiet_time_begins_when_a_call_was_given_up(attempt: Callable[..., Attempt]) -> None:
    """It took a minute to give up, and it may take discovery another moment."""
    discovery = FakeDiscovery(answers_outlive_calls=True)
    discovery.fail("create_course", LOST, after_effect=True)
    clock = [timezone.now()]
    tried = attempt(discovery=discovery, now=lambda: clock[0])
    original = discovery.create_course

    def takes_a_minute(body: Any) -> Any:
        clock[0] += timedelta(seconds=60)
        return original(body)

    discovery.create_course = takes_a_minute  # type: ignore[method-assign]

    tried.run()

    assert tried.naps == [60.0]


def test_a_lost_collaborator_is_found_by_name(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.fail("create_collaborator", LOST, after_effect=True)

    outcome = attempt(cells={"collaborators": "New Co"}).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, ["RECOVERED"])
    assert [item["name"] for item in discovery.collaborators] == ["New Co"]


def test_trouble_while_reading_back_leaves_the_step_to_be_settled(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", LOST, after_effect=True)
    discovery.fail("get_course", BUSY)
    tried = attempt()

    with pytest.raises(Transient):
        tried.run()

    assert [step.state.value for step in tried.saved[-1]] == ["sending"]
    again = attempt(steps=tried.saved[-1]).run()
    assert (again.status, codes(again), discovery.writes) == (RowStatus.SUCCEEDED, ["RECOVERED"], ["create_course"])


@pytest.mark.parametrize("refusal", [Forbidden("no right", status=403), Refused("no", status=400)])
def test_a_refusal_while_reading_back_settles_nothing(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, refusal: Refused
) -> None:
    discovery.fail("create_course", LOST, after_effect=True)
    discovery.fail("get_course", refusal)

    outcome = attempt().run()

    assert outcome.status == RowStatus.UNKNOWN


def test_a_lost_creation_that_takes_effect_late_is_still_ours(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """Lost, not there when read back, and there by the time it is sent again."""
    discovery.fail("create_course", LOST, after_effect=True)
    discovery.fail("get_course", NotFound("not yet", status=404))

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert outcome.status == RowStatus.SUCCEEDED
    assert discovery.writes[-2:] == ["update_course", "update_run"]


def test_a_creation_of_an_earlier_job_that_takes_effect_late_is_still_ours(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """Not there when the next job read back, and there by the time it sent the call once more."""
    attempt().run()
    discovery.fail("get_course", NotFound("not yet", status=404))

    outcome = attempt(steps=sent(planned({}), 0)).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, ["RECOVERED"])
    assert discovery.writes == ["create_course"] * 2


def test_a_step_of_an_earlier_job_is_remembered_as_sent_whatever_comes_next(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """Else the row would be planned afresh, and meet what it has made itself."""
    steps = sent(planned({}), 0)
    tried = attempt(steps=steps, alone=_never_alone)

    with pytest.raises(Transient):
        tried.run()

    assert [(step.state, step.sent_at) for step in tried.saved[-1]] == [("planned", steps[0].sent_at)]


@pytest.mark.parametrize(
    ("cells", "name", "status", "code"),
    [
        ({"short_description": "Short."}, "update_course", RowStatus.SUCCEEDED, "RECOVERED"),
        (LEGAL_REVIEW_CELLS, "update_run", RowStatus.SUCCEEDED, "RECOVERED"),
        (LEGAL_REVIEW_CELLS, "update_course", RowStatus.UNKNOWN, "ANSWER_LOST"),  # discovery does not show pictures
    ],
)
def test_a_change_that_took_effect_before_discovery_failed_is_no_failure(
    attempt: Callable[..., Attempt],
    discovery: FakeDiscovery,
    cells: dict[str, str],
    name: str,
    status: RowStatus,
    code: str,
) -> None:
    error = Transient("server error 500", status=500)
    discovery.fail(name, *[error] * (ATTEMPTS - 1))
    discovery.fail(name, error, after_effect=True)

    outcome = attempt(cells=cells, gives_up=lambda _error: True).run()

    assert (outcome.status, codes(outcome)) == (status, [code])
    assert discovery.writes.count(name) == ATTEMPTS


@pytest.mark.parametrize("trouble", [500, 503, 504, 400])
def test_a_change_whose_trouble_does_not_pass_fails_or_waits_whatever_the_status(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, trouble: int
) -> None:
    error = Transient("no", status=trouble)
    discovery.fail("update_course", *[error] * ATTEMPTS * 2)
    cells = {"short_description": "Short."}

    waiting = attempt(cells=cells)
    with pytest.raises(Transient):
        waiting.run()
    ended = attempt(cells=cells, steps=waiting.saved[-1], gives_up=lambda _error: True).run()

    assert (ended.status, codes(ended)) == (RowStatus.PARTLY_DONE, ["DISCOVERY_UNAVAILABLE"])
    assert discovery.writes == ["create_course", *["update_course"] * ATTEMPTS * 2]


def test_a_lost_answer_to_legal_review_is_read_back(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    """The client takes a PATCH for repeatable: a broken connection is passing trouble to it."""
    discovery.fail("update_run", Transient("the connection broke"), after_effect=True)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert outcome.status == RowStatus.SUCCEEDED
