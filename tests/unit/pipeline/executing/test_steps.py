"""Executing a row step by step: each call is saved before it is made, and what it brought after it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import Step
from course_discovery_bulk.exceptions import (
    AnswerLost,
    DiscoveryError,
    Forbidden,
    LeaseLost,
    Misconfigured,
    NotFound,
    Refused,
    Transient,
    Unauthenticated,
)
from course_discovery_bulk.testing import FakeDiscovery
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
)
from tests.unit.pipeline.executing.attempts import (
    ATTEMPTS,
    BUSY,
    FULL_CELLS,
    PICTURE,
    RUN_KEY,
    WAIT,
    Attempt,
    codes,
    states,
)

# --- all goes well


def test_a_step_is_saved_as_being_sent_before_its_call(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    outcome = attempt().run()

    assert [entry[:2] if entry[0] == "save" else entry[0] for entry in discovery.journal] == [
        ("save", ["sending"]),
        "create_course",
    ]
    assert (outcome.status, outcome.problems, states(outcome)) == (RowStatus.SUCCEEDED, (), ["done"])
    assert (outcome.object_key, outcome.object_uuid) == ("edX+CS101", "uuid-of-edx+cs101")


def test_a_full_row_goes_step_by_step(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    outcome = attempt(cells=FULL_CELLS).run()

    assert [entry if entry[0] == "save" else entry[0] for entry in discovery.journal] == [
        ("save", ["sending", "planned", "planned", "planned"]),
        "list_collaborators",
        "create_collaborator",
        ("save", ["done", "sending", "planned", "planned"]),
        "create_course",
        ("save", ["done", "done", "sending", "planned"]),
        "update_course",
        ("save", ["done", "done", "done", "sending"]),
        "update_run",
    ]
    assert outcome.status == RowStatus.SUCCEEDED
    assert discovery.courses["edx+cs101"]["course_runs"][0]["status"] == "review_by_legal"


def test_what_earlier_steps_brought_is_filled_in(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    attempt(cells=FULL_CELLS).run()

    given = {name: arguments for name, *arguments in discovery.calls}
    assert given["create_course"][0]["collaborators"] == ["uuid-of-new co"]
    assert given["update_course"][1]["image"] == PICTURE
    assert given["update_run"] == [RUN_KEY, {"draft": False}]


def test_what_a_step_brought_is_kept_with_it(attempt: Callable[..., Attempt]) -> None:
    outcome = attempt().run()

    assert dict(outcome.steps[0].result) == {
        "course_key": "edX+CS101",
        "course_uuid": "uuid-of-edx+cs101",
        "run_key": RUN_KEY,
    }


def test_a_collaborator_that_another_row_has_made_meanwhile_is_not_made_again(
    attempt: Callable[..., Attempt],
) -> None:
    discovery = FakeDiscovery(collaborators=["NEW  CO"])

    outcome = attempt(discovery=discovery, cells={"collaborators": "New Co"}).run()

    assert discovery.writes == ["create_course"]
    assert discovery.courses["edx+cs101"]["collaborators"] == [{"uuid": "uuid-of-new co"}]
    assert outcome.status == RowStatus.SUCCEEDED


# --- discovery refuses


def test_a_row_refused_at_its_first_step_has_failed(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.fail("create_course", Refused("title: Too odd.", status=400, fields={"title": ["Too odd."]}))

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, states(outcome)) == (RowStatus.FAILED, ["planned"] * 3)
    (found,) = outcome.problems
    assert (found.code, found.line, found.column, found.value) == (
        "DISCOVERY_REFUSED",
        2,
        "title",
        "Introduction to Computing",
    )
    assert found.message == "The catalog refused to create the course: title: Too odd."
    assert discovery.writes == ["create_course"]


def test_a_row_refused_at_a_later_step_is_partly_done(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("update_course", Refused("no", status=400))

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, states(outcome)) == (RowStatus.PARTLY_DONE, ["done", "planned", "planned"])
    assert outcome.object_uuid == "uuid-of-edx+cs101"
    assert "update the course:" in outcome.problems[0].message
    assert discovery.writes == ["create_course", "update_course"]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Forbidden("You do not have permission.", status=403), "FORBIDDEN", "You do not have permission."),
        (NotFound("No Course matches.", status=404), "NOT_FOUND", "edX+CS101"),
        (Refused("strange", status=400, fields={"odd_field": ["strange"]}), "DISCOVERY_REFUSED", "strange"),
    ],
)
def test_a_refusal_says_what_it_was(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, error: Refused, code: str, words: str
) -> None:
    discovery.fail("create_course", error)

    outcome = attempt().run()

    assert (outcome.status, codes(outcome)) == (RowStatus.FAILED, [code])
    assert words in outcome.problems[0].message
    assert outcome.problems[0].column is None


def test_a_refusal_is_not_tried_again(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.fail("create_course", Refused("no", status=400))
    tried = attempt()

    tried.run()

    assert (discovery.writes, tried.naps) == (["create_course"], [])


# --- passing trouble


def test_passing_trouble_is_waited_out_longer_each_time(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", BUSY, BUSY)
    tried = attempt()

    outcome = tried.run()

    assert outcome.status == RowStatus.SUCCEEDED
    assert tried.naps == [0.5, 1.0]
    assert discovery.writes == ["create_course"] * 3


@pytest.mark.parametrize("error", [BUSY, Unauthenticated("User retrieval failed", status=401)])
def test_lasting_trouble_is_handed_on_and_the_row_can_go_on_later(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, error: Transient
) -> None:
    discovery.fail("update_course", *[error] * ATTEMPTS)
    tried = attempt(cells=LEGAL_REVIEW_CELLS)

    with pytest.raises(Transient) as raised:
        tried.run()

    assert raised.value is error
    left = tried.saved[-1]
    assert [step.state.value for step in left] == ["done", "planned", "planned"]
    again = attempt(cells=LEGAL_REVIEW_CELLS, steps=left).run()
    assert again.status == RowStatus.SUCCEEDED
    assert discovery.writes == ["create_course", *["update_course"] * (ATTEMPTS + 1), "update_run"]


def test_a_wait_that_discovery_asks_for_is_not_shortened(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", WAIT)
    tried = attempt()

    with pytest.raises(Transient) as raised:
        tried.run()

    assert (raised.value, discovery.writes, tried.naps) == (WAIT, ["create_course"], [])
    assert attempt(steps=tried.saved[-1]).run().status == RowStatus.SUCCEEDED


@pytest.mark.parametrize("error", [Misconfigured("the address redirects", status=301), LeaseLost("another worker")])
def test_what_is_not_the_rows_business_passes_through(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, error: Exception
) -> None:
    discovery.fail("create_course", error)

    with pytest.raises(type(error)):
        attempt().run()


def test_nothing_is_sent_once_the_lease_is_lost(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    def lose(steps: tuple[Step, ...]) -> None:
        if steps[0].state == StepState.DONE:
            raise LeaseLost("another worker")

    with pytest.raises(LeaseLost):
        attempt(cells=LEGAL_REVIEW_CELLS, save=lose).run()

    assert discovery.writes == ["create_course"]


def test_every_error_of_discovery_is_either_settled_here_or_handed_on(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """No kind of error is forgotten: each ends the row or passes to the lane, none is swallowed as a success."""
    for kind in every_kind(DiscoveryError):
        discovery.journal.clear()
        discovery.courses.clear()
        discovery.fail("create_course", *[kind("x", status=400)] * 20)
        with suppress(Transient, AnswerLost, Misconfigured):
            assert attempt().run().status != RowStatus.SUCCEEDED
        discovery.recover()


def every_kind(kind: type[DiscoveryError]) -> list[type[DiscoveryError]]:
    found = kind.__subclasses__()
    return [*found, *(deeper for item in found for deeper in every_kind(item))]
