"""Errors of discovery and what acts read back, in the words of the decisions."""

from __future__ import annotations

from typing import get_args

import pytest

from course_discovery_bulk.discovery.acts.base import (
    Ambiguous,
    Applied,
    NotDone,
    OwnedByOther,
    Settled,
    TargetMissing,
)
from course_discovery_bulk.exceptions import (
    AnswerLost,
    Conflict,
    Forbidden,
    NotFound,
    Refused,
    Transient,
    Unauthenticated,
)
from course_discovery_bulk.pipeline.executing.decisions import Answer, Found
from course_discovery_bulk.pipeline.executing.facts import OCCASIONS, answer_of, found_of

FOUND: list[tuple[Settled | None, Found]] = [
    (Applied(), Found.APPLIED),
    (NotDone(), Found.NOT_DONE),
    (NotDone(is_certain=False), Found.NOT_DONE_PERHAPS),
    (OwnedByOther(key="x"), Found.OWNED_BY_OTHER),
    (Ambiguous(), Found.AMBIGUOUS),
    (TargetMissing(), Found.TARGET_MISSING),
    (None, Found.UNREADABLE),
]


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (Refused("no", status=400), Answer.REFUSED),
        (Forbidden("no", status=403), Answer.REFUSED),
        (NotFound("no", status=404), Answer.REFUSED),
        (Conflict("taken", status=400), Answer.CONFLICT),
        (Transient("busy", status=503), Answer.UNAVAILABLE),
        (Transient("no connection"), Answer.UNAVAILABLE),
        (Unauthenticated("who", status=401), Answer.UNAVAILABLE),
        (Transient("broken", status=500), Answer.UNAVAILABLE),
        (AnswerLost("who knows"), Answer.LOST),
    ],
)
def test_which_answer_an_error_is(error: AnswerLost | Refused | Conflict | Transient, answer: Answer) -> None:
    assert answer_of(error) is answer


@pytest.mark.parametrize(("settled", "found"), FOUND)
def test_what_reading_back_shows(settled: Settled | None, found: Found) -> None:
    assert found_of(settled) is found


def test_all_that_an_act_can_read_back_is_a_fact() -> None:
    assert {type(settled) for settled, _found in FOUND} == {*get_args(Settled), type(None)}
    assert {found for _settled, found in FOUND} == set(Found)


def test_which_answers_are_read_back_at_once() -> None:
    assert set(OCCASIONS) == set(Answer) - {Answer.APPLIED}
