"""Executing a row: each call at most once, and an honest word on how it ended, whatever discovery does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from course_discovery_bulk.choices import Act, RowStatus, StepState
from course_discovery_bulk.data import RowOutcome, Step, ref
from course_discovery_bulk.exceptions import (
    AnswerLost,
    Conflict,
    DiscoveryError,
    Forbidden,
    LeaseLost,
    Misconfigured,
    NotFound,
    Refused,
    Transient,
    Unauthenticated,
)
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.pictures.images import ImageError, ImageErrorCode
from course_discovery_bulk.pipeline.execute import execute_row
from course_discovery_bulk.pipeline.executing.execution import ExecutionContext, RowExecution
from course_discovery_bulk.pipeline.plan import plan_row
from course_discovery_bulk.testing import EMPTY_RUN, UPLOADER, FakeDiscovery, course_answer
from course_discovery_bulk.workers.context import Bench
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
    MINIMAL_CELLS,
    VERIFIED_AUDIT,
    clean_row,
    plan_input,
)

ATTEMPTS = 3
RUN_KEY = "course-v1:edX+CS101+3T2027"
PICTURE = "data:image/png;base64,AAAA"
COLUMNS = Bench.column_of_field.func(SimpleNamespace(operation=OPERATION))  # as lanes hand them in
FULL_CELLS = {**LEGAL_REVIEW_CELLS, "collaborators": "New Co"}
LOST = AnswerLost("the connection broke")
BUSY = Transient("server error 503", status=503)
WAIT = Transient("server error 503", status=503, retry_after=7.0)
IN_THE_WAY = course_answer("edX+CS101", title="Something else", editor="other@example.org")
SAME_COURSE = course_answer("edX+CS101", title=MINIMAL_CELLS["title"], type=VERIFIED_AUDIT)


@dataclass(kw_only=True)
class Attempt:
    """One try at one row: what was saved on the way, what was fetched, how long was waited."""

    discovery: FakeDiscovery
    cells: dict[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] | None = None
    saved: list[tuple[Step, ...]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)
    fetch: Callable[[str], str] = lambda address: PICTURE
    save: Callable[[tuple[Step, ...]], None] = lambda steps: None
    now: Callable[[], datetime] = timezone.now
    alone: Callable[[str], AbstractContextManager[None]] = lambda _name: nullcontext()
    has_time: Callable[[float], bool] = lambda _seconds: True
    tries: int = 0
    row: RowExecution = field(init=False)

    def run(self) -> RowOutcome:
        texts = {**MINIMAL_CELLS, **self.cells}
        self.row = RowExecution(
            line=2,
            object_key="edX+CS101",
            steps=planned(self.cells) if self.steps is None else self.steps,
            columns=COLUMNS,
            texts={name: text for name, text in texts.items() if text},
            tries=self.tries,
        )
        return execute_row(self.row, self._context())

    def _context(self) -> ExecutionContext:
        return ExecutionContext(
            client=self.discovery,
            fetch_image=self._fetch,
            save_steps=self._save,
            alone=self.alone,
            uploader_email=UPLOADER,
            attempts=ATTEMPTS,
            retry_seconds=0.5,
            settle_delay_seconds=60.0,
            call_seconds=63.0,
            has_time=self.has_time,
            now=self.now,
        )

    def _fetch(self, address: str) -> str:
        self.fetched.append(address)
        return self.fetch(address)

    def _save(self, steps: tuple[Step, ...]) -> None:
        self.save(steps)
        self.saved.append(steps)
        self.discovery.journal.append(("save", [step.state.value for step in steps]))


def planned(cells: dict[str, str]) -> tuple[Step, ...]:
    row = clean_row(**cells)
    assert row.is_valid, row.problems
    return plan_row(row, OPERATION, plan_input()).steps


def _never_alone(_name: str) -> AbstractContextManager[None]:
    raise Transient("another worker was at the same thing for too long")


@pytest.fixture
def discovery() -> FakeDiscovery:
    return FakeDiscovery()


@pytest.fixture
def attempt(discovery: FakeDiscovery, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Attempt]:
    def make(**given: Any) -> Attempt:
        made = Attempt(**{"discovery": discovery, **given})
        monkeypatch.setattr("time.sleep", made.naps.append)
        return made

    return make


def codes(outcome: RowOutcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def states(outcome: RowOutcome) -> list[str]:
    return [step.state.value for step in outcome.steps]


def sent(steps: tuple[Step, ...], index: int, *, seconds_ago: float = 5.0) -> tuple[Step, ...]:
    """Steps of a row whose worker died while this one was being sent."""
    moment = (timezone.now() - timedelta(seconds=seconds_ago)).isoformat()
    return tuple(
        replace(step, state=StepState.SENDING, sent_at=moment) if position == index else step
        for position, step in enumerate(steps)
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
    assert found.message == "Discovery refused this while trying to create the course: title: Too odd."
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


# --- lost answers


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


def test_a_call_that_is_lost_every_time_ends_as_unknown(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", *[LOST] * 20)

    outcome = attempt().run()

    assert (outcome.status, codes(outcome)) == (RowStatus.UNKNOWN, ["ANSWER_LOST"])
    assert "create the course" in outcome.problems[0].message
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

    outcome = attempt(cells=cells).run()

    assert (outcome.status, codes(outcome)) == (status, [code])
    assert discovery.writes.count(name) == ATTEMPTS


def test_a_lost_answer_to_legal_review_is_read_back(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    """The client takes a PATCH for repeatable: a broken connection is passing trouble to it."""
    discovery.fail("update_run", Transient("the connection broke"), after_effect=True)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert outcome.status == RowStatus.SUCCEEDED


# --- the key is taken


@pytest.mark.parametrize("there", [IN_THE_WAY, SAME_COURSE])
def test_a_course_that_somebody_made_since_planning_is_left_alone(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery, there: dict[str, Any]
) -> None:
    discovery.put_course(there)

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SKIPPED, ["COURSE_EXISTS"])
    assert states(outcome) == ["planned"] * 3
    assert discovery.writes == ["create_course"]


def test_a_race_that_nobody_won_is_run_again(attempt: Callable[..., Attempt], discovery: FakeDiscovery) -> None:
    discovery.fail("create_course", Conflict("(1062, ...)", status=400))

    outcome = attempt().run()

    assert (outcome.status, codes(outcome)) == (RowStatus.SUCCEEDED, [])
    assert discovery.writes == ["create_course"] * 2


def test_a_race_that_is_lost_every_time_ends_its_row_and_not_the_task(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("create_course", *[Conflict("(1062, ...)", status=400)] * 20)
    outcome = attempt().run()

    assert discovery.writes == ["create_course"] * ATTEMPTS
    assert (outcome.status, codes(outcome)) == (RowStatus.FAILED, ["DISCOVERY_UNAVAILABLE"])
    assert states(outcome) == ["planned"]


def test_a_conflict_over_anything_but_a_course_is_a_refusal(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("update_course", Conflict("Duplicate entry 'slug'", status=400))

    outcome = attempt(cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.PARTLY_DONE, ["DISCOVERY_REFUSED"])
    assert states(outcome) == ["done", "planned", "planned"]


# --- what discovery does not keep


def test_a_field_that_is_not_kept_is_told_at_its_cell(attempt: Callable[..., Attempt]) -> None:
    discovery = FakeDiscovery(does_not_keep=["short_description"])

    outcome = attempt(discovery=discovery, cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.PARTLY_DONE, ["NOT_SAVED", "REVIEW_HELD_BACK"])
    found = outcome.problems[0]
    assert (found.line, found.column, found.value) == (2, "short_description", "<p>Short</p>")
    assert "it shows nothing" in found.message
    assert states(outcome) == ["done", "done", "planned"]


def test_an_upgrade_deadline_that_is_not_kept_is_told(attempt: Callable[..., Attempt]) -> None:
    discovery = FakeDiscovery(does_not_keep=["upgrade_deadline_override"])

    outcome = attempt(discovery=discovery, cells={"upgrade_deadline_override_date": "2027-12-01"}).run()

    assert outcome.status == RowStatus.PARTLY_DONE
    assert [(found.code, found.column) for found in outcome.problems] == [
        ("NOT_SAVED", "upgrade_deadline_override_date")
    ]


def test_a_run_field_that_is_not_kept_is_told_at_its_cell(attempt: Callable[..., Attempt]) -> None:
    discovery = FakeDiscovery(does_not_keep=["weeks_to_complete"])

    outcome = attempt(discovery=discovery, cells={"length": "8"}).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.PARTLY_DONE, ["NOT_SAVED"])
    assert (outcome.problems[0].column, outcome.problems[0].value) == ("length", "8")


# --- going on with a row that another worker left


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


# --- acts that are not repeatable and have no name of their own


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

    outcome = attempt(steps=rerun_steps()).run()

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


# --- pictures


def refuse(address: str) -> str:
    raise ImageError(ImageErrorCode.NOT_AN_IMAGE, url=address)


def test_a_bad_picture_fails_the_row_before_anything_is_written(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    outcome = attempt(cells=LEGAL_REVIEW_CELLS, fetch=refuse).run()

    assert (outcome.status, codes(outcome), discovery.calls) == (RowStatus.FAILED, ["IMAGE_NOT_USABLE"], [])
    (found,) = outcome.problems
    assert (found.line, found.column, found.value) == (2, "image", "https://example.org/cs101.png")


def test_a_picture_is_fetched_once_and_not_again_once_it_is_there(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    logo = {**LEGAL_REVIEW_CELLS, "organization_logo_override": LEGAL_REVIEW_CELLS["image"]}
    discovery.fail("update_run", Refused("no", status=400))
    first = attempt(cells=logo)
    left = first.run().steps
    second = attempt(cells=logo, steps=left)

    assert second.run().status == RowStatus.SUCCEEDED
    assert (first.fetched, second.fetched) == (["https://example.org/cs101.png"], [])


def test_a_picture_that_is_gone_when_a_row_goes_on_leaves_it_partly_done(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    discovery.fail("update_course", Refused("no", status=400))
    left = attempt(cells=LEGAL_REVIEW_CELLS).run().steps

    outcome = attempt(cells=LEGAL_REVIEW_CELLS, steps=left, fetch=refuse).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.PARTLY_DONE, ["IMAGE_NOT_USABLE"])


def test_a_picture_that_is_gone_does_not_hide_a_creation_that_may_have_happened(
    attempt: Callable[..., Attempt],
) -> None:
    discovery = FakeDiscovery(courses=[SAME_COURSE])
    left = sent(planned(LEGAL_REVIEW_CELLS), 0)

    outcome = attempt(discovery=discovery, cells=LEGAL_REVIEW_CELLS, steps=left, fetch=refuse).run()

    assert outcome.status in {RowStatus.PARTLY_DONE, RowStatus.UNKNOWN}


def test_every_error_of_discovery_is_either_settled_here_or_handed_on(
    attempt: Callable[..., Attempt], discovery: FakeDiscovery
) -> None:
    """No kind of error is forgotten: each ends the row or passes to the lane, none is swallowed as a success."""
    for kind in every_kind(DiscoveryError):
        discovery.journal.clear()
        discovery.courses.clear()
        discovery.fail("create_course", *[kind("x", status=400)] * 20)
        with suppress(Transient, Misconfigured):
            assert attempt().run().status != RowStatus.SUCCEEDED
        discovery.recover()


def every_kind(kind: type[DiscoveryError]) -> list[type[DiscoveryError]]:
    found = kind.__subclasses__()
    return [*found, *(deeper for item in found for deeper in every_kind(item))]
