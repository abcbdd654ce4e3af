"""Acts that must not be repeated and whose results have no name of their own beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from course_discovery_bulk.choices import Act, RowStatus, StepState
from course_discovery_bulk.data import Step, ref
from course_discovery_bulk.exceptions import (
    AnswerLost,
    LeaseLost,
    Transient,
)
from course_discovery_bulk.testing import EMPTY_RUN, FakeDiscovery, course_answer
from tests.unit.pipeline.executing.attempts import ATTEMPTS, LOST, RUN_KEY, Attempt, codes

RUN_BODY = {
    "course": "edX+CS101",
    "run_type": "some-run-type",
    "start": "2028-01-10T00:00:00Z",
    "end": "2028-05-10T00:00:00Z",
    "prices": {"verified": "49.00"},
}


def run_answer(key: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, **EMPTY_RUN, **RUN_BODY, "seats": [], **fields}


def rerun_steps(*run_keys: str) -> tuple[Step, ...]:
    return (
        Step(act=Act.CREATE_RUN, body=RUN_BODY, known={"run_keys": list(run_keys)}),
        Step(act=Act.UPDATE_RUN, target=ref("run_key"), body={"min_effort": 2}),
    )


def test_a_run_that_was_made_gives_the_row_its_key(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.put_course(course_answer("edX+CS101"))

    outcome = attempt(steps=rerun_steps()).run()

    assert (outcome.object_key, discovery.writes) == (RUN_KEY, ["create_run", "update_run"])


def test_a_worker_that_lost_its_lease_after_making_a_run_says_which(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    def lose(steps: tuple[Step, ...]) -> None:
        if steps[0].state == StepState.DONE:
            raise LeaseLost("another worker")

    discovery.put_course(course_answer("edX+CS101"))
    tried = attempt(steps=rerun_steps(), save=lose)

    with pytest.raises(LeaseLost):
        tried.run()

    assert (tried.row.steps[0].result["run_key"], discovery.writes) == (RUN_KEY, ["create_run"])


def test_a_run_whose_answer_got_lost_is_found_among_the_new_ones(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """A run of the same dates that was there before is not it."""
    discovery.put_course(course_answer("edX+CS101", course_runs=[run_answer(RUN_KEY)]))
    discovery.fail("create_run", LOST, after_effect=True)

    outcome = attempt(steps=rerun_steps(RUN_KEY)).run()

    assert outcome.object_key == f"{RUN_KEY}a"
    assert "RECOVERED" in codes(outcome)
    assert discovery.writes == ["create_run", "update_run"]
    assert discovery.calls[-1][1] == f"{RUN_KEY}a"


def test_a_run_that_was_not_made_is_sent_again(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    other = run_answer(f"{RUN_KEY}b", start="2028-02-01T00:00:00Z")  # new, but somebody else's
    discovery.put_course(course_answer("edX+CS101", course_runs=[run_answer(RUN_KEY), other]))
    discovery.fail("create_run", LOST)

    outcome = attempt(steps=rerun_steps(RUN_KEY)).run()

    assert discovery.writes == ["create_run", "create_run", "update_run"]
    assert len(discovery.courses["edx+cs101"]["course_runs"]) == 3
    assert "RECOVERED" not in codes(outcome)


def test_two_new_runs_that_could_be_it_are_left_to_a_person(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    twins = [run_answer(RUN_KEY), run_answer(f"{RUN_KEY}a")]
    discovery.put_course(course_answer("edX+CS101", course_runs=twins))
    discovery.fail("create_run", LOST)

    outcome = attempt(steps=rerun_steps()).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.UNKNOWN, ["ANSWER_LOST"])
    assert discovery.writes == ["create_run"]


def test_a_run_is_not_made_without_end(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.put_course(course_answer("edX+CS101"))
    discovery.fail("create_run", *[LOST] * 20)

    outcome = attempt(steps=rerun_steps(), gives_up=lambda _error: True).run()

    assert (outcome.status, discovery.writes) == (RowStatus.UNKNOWN, ["create_run"] * ATTEMPTS)


def test_an_editor_who_is_one_already_counts_as_added(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    course = course_answer("edX+CS101")
    discovery.put_course(course)
    step = Step(act=Act.ADD_EDITOR, body={"course": course["uuid"], "user_id": 7})

    outcome = attempt(steps=(step,)).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, ["RECOVERED"])
    assert discovery.writes == ["add_editor"]


@pytest.mark.parametrize("after_effect", [True, False])
def test_an_editor_is_added_once(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, *, after_effect: bool
) -> None:
    course = course_answer("edX+CS101")
    discovery.put_course(course)
    discovery.fail("add_editor", LOST, after_effect=after_effect)
    step = Step(act=Act.ADD_EDITOR, body={"course": course["uuid"], "user_id": 8})

    outcome = attempt(steps=(step,)).run()

    assert outcome.status == RowStatus.SUCCEEDED
    assert [editor["user"]["id"] for editor in course["editors"]] == [7, 8]


@pytest.mark.parametrize(
    ("is_staff", "status", "code"), [(True, RowStatus.FAILED, "NOT_FOUND"), (False, RowStatus.UNKNOWN, "ANSWER_LOST")]
)
def test_an_editor_of_a_course_that_is_gone(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, *, is_staff: bool, status: RowStatus, code: str
) -> None:
    """Whoever does not see every course may only have lost sight of it."""
    discovery.is_staff = is_staff
    discovery.fail("add_editor", AnswerLost("server error 500", status=500))
    step = Step(act=Act.ADD_EDITOR, body={"course": "uuid-of-no-course", "user_id": 8})

    outcome = attempt(steps=(step,)).run()

    assert (outcome.status, codes(outcome), discovery.writes) == (status, [code], ["add_editor"])


@pytest.mark.parametrize("after_effect", [True, False])
def test_an_editor_is_removed_whether_or_not_the_first_answer_arrived(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, *, after_effect: bool
) -> None:
    course = course_answer("edX+CS101")
    discovery.put_course(course)
    discovery.fail("remove_editor", Transient("the connection broke"), after_effect=after_effect)
    step = Step(act=Act.REMOVE_EDITOR, target=1, known={"course": course["uuid"]})

    outcome = attempt(steps=(step,)).run()

    assert (outcome.status, course["editors"]) == (RowStatus.SUCCEEDED, [])
