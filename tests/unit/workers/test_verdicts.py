"""Every error of ours has one verdict in each scope."""

from __future__ import annotations

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

from course_discovery_bulk import exceptions
from course_discovery_bulk.problems import FILE_MISSING, problem
from course_discovery_bulk.workers.reasons import CANCELLED, Reason, reason_of
from course_discovery_bulk.workers.verdicts import Scope, Verdict, judge

PAUSE, STOP, GIVE_WAY, RERAISE = Verdict.PAUSE, Verdict.STOP, Verdict.GIVE_WAY, Verdict.RERAISE
TROUBLE = (PAUSE, PAUSE, PAUSE, PAUSE)
FOR_GOOD = (PAUSE, PAUSE, STOP, PAUSE)
UNTOUCHED = (RERAISE, RERAISE, RERAISE, RERAISE)
BUG = (STOP, STOP, STOP, RERAISE)
ERRORS = {  # error: around a row, around a row that is read back, around a slice, while a task is stopped
    exceptions.LeaseLost(): UNTOUCHED,
    SoftTimeLimitExceeded(): (GIVE_WAY, RERAISE, RERAISE, RERAISE),
    MemoryError(): UNTOUCHED,
    OperationalError(): UNTOUCHED,
    InterfaceError(): UNTOUCHED,
    SystemExit(): UNTOUCHED,
    KeyboardInterrupt(): UNTOUCHED,
    exceptions.Misconfigured("no token"): FOR_GOOD,
    exceptions.Refused("no"): FOR_GOOD,
    exceptions.Forbidden("no"): FOR_GOOD,
    exceptions.NotAMember("no"): FOR_GOOD,
    exceptions.NotFound("no"): FOR_GOOD,
    exceptions.Conflict("there"): TROUBLE,
    exceptions.Transient("away"): TROUBLE,
    exceptions.AnswerTooLarge("too large"): TROUBLE,
    exceptions.Unauthenticated("away"): TROUBLE,
    exceptions.Unreachable("away"): TROUBLE,
    exceptions.TokenUnavailable("away"): TROUBLE,
    exceptions.AnswerLost("lost"): TROUBLE,
    exceptions.StorageUnavailable("away"): (STOP, STOP, PAUSE, PAUSE),
    exceptions.ReaderUnavailable("signal 9"): (STOP, STOP, PAUSE, PAUSE),
    exceptions.UploadRefused([problem(FILE_MISSING)]): BUG,
    exceptions.UnknownOperation("sing"): BUG,
    KeyError("a bug"): BUG,
}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_the_verdict_on_an_error_depends_on_what_it_was_raised_in(error: BaseException) -> None:
    assert tuple(judge(error, scope) for scope in Scope) == ERRORS[error]


def test_no_error_that_discovery_or_a_worker_can_raise_is_left_out() -> None:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    known = {type(error) for error in ERRORS}
    assert below(exceptions.DiscoveryError) - {exceptions.DiscoveryError} <= known
    assert set(exceptions.INTERRUPTIONS) <= known


@pytest.mark.parametrize(
    ("error", "codes", "is_refused", "can_ask"),
    [
        (exceptions.UploadRefused([problem(FILE_MISSING)] * 2), ["FILE_MISSING"] * 2, True, True),
        (exceptions.UnknownOperation("sing"), ["MISCONFIGURED"], True, True),
        (exceptions.Misconfigured("no token"), ["MISCONFIGURED"], False, False),
        (exceptions.Refused("no"), ["MISCONFIGURED"], False, False),
        (KeyError("a bug"), ["INTERNAL_ERROR"], False, False),
    ],
)
def test_a_task_that_stops_for_an_error_says_so(
    error: Exception, codes: list[str], *, is_refused: bool, can_ask: bool
) -> None:
    reason = reason_of(error)

    assert [found.code for found in reason.problems] == codes
    assert (reason.is_refused, reason.is_cancelled, reason.can_ask) == (is_refused, False, can_ask)


def test_a_reason_is_kept_and_found_again() -> None:
    refused = reason_of(exceptions.UploadRefused([problem(FILE_MISSING)]))

    assert Reason.from_record(refused.as_record()) == refused
    assert Reason.from_record(CANCELLED.as_record()) == CANCELLED
    assert Reason.from_record(None) == Reason()
