"""Every combination of facts about a step, and the decision it leads to, written out as tables."""

from __future__ import annotations

from itertools import product

import pytest

from course_discovery_bulk.pipeline.executing.decisions import (
    Answer,
    Decision,
    Found,
    Occasion,
    Reading,
    Sending,
    Verdict,
    decide_after_reading,
    decide_after_sending,
    decide_without_time,
)

PUTS_BACK = "+"  # after a verdict: the step is first saved as planned
BOOLEANS = (False, True)

# Of a reading on any occasion but a conflict, whoever has sent it and whatever its act: occasion -> found -> decision.
AFTER_READING = """
               APPLIED OWNED_BY_OTHER TARGET_MISSING AMBIGUOUS UNREADABLE NOT_DONE          NOT_DONE_PERHAPS
RESUME         ADOPT   SKIP           FAIL_MISSING+  UNKNOWN   UNKNOWN    NOT_DONE          NOT_DONE
STOP           ADOPT   SKIP           FAIL_MISSING+  UNKNOWN   UNKNOWN    NOT_DONE          UNKNOWN
RESEND         ADOPT   SKIP           FAIL_MISSING+  UNKNOWN   UNKNOWN    NOT_DONE          NOT_DONE
REFUSED        ADOPT   SKIP           FAIL_MISSING+  UNKNOWN   UNKNOWN    FAIL+             FAIL+
GIVEN_UP       ADOPT   SKIP           FAIL_MISSING+  UNKNOWN   UNKNOWN    FAIL_UNAVAILABLE+ UNKNOWN
ALWAYS_LOST    ADOPT   SKIP           FAIL_MISSING+  UNKNOWN   UNKNOWN    UNKNOWN           UNKNOWN
ALWAYS_TAKEN   ADOPT   SKIP           FAIL_MISSING+  UNKNOWN   UNKNOWN    FAIL_UNAVAILABLE+ FAIL_UNAVAILABLE+
"""
# Of a reading after a conflict: was it sent before, may its act retry a conflict -> found -> decision.
AFTER_CONFLICT = """
               APPLIED OWNED_BY_OTHER TARGET_MISSING AMBIGUOUS  UNREADABLE NOT_DONE   NOT_DONE_PERHAPS
first,retries  SKIP+   SKIP+          TRY_AGAIN+     TRY_AGAIN+ UNKNOWN    TRY_AGAIN+ TRY_AGAIN+
first,never    SKIP+   SKIP+          FAIL+          FAIL+      UNKNOWN    FAIL+      FAIL+
sent,retries   ADOPT   SKIP+          TRY_AGAIN+     TRY_AGAIN+ UNKNOWN    TRY_AGAIN+ TRY_AGAIN+
sent,never     ADOPT   SKIP+          FAIL+          FAIL+      UNKNOWN    FAIL+      FAIL+
"""
# Of an answer: was it sent before, is it the last try, and if so does the row wait or end -> answer -> decision.
AFTER_SENDING = """
               APPLIED REFUSED   CONFLICT  LOST         UNAVAILABLE
first,more     DONE    FAIL+     READ_BACK SETTLE_FIRST TRY_AGAIN
first,waits    DONE    FAIL+     READ_BACK PAUSE        PAUSE+
first,ends     DONE    FAIL+     READ_BACK READ_BACK    READ_BACK
sent,more      DONE    READ_BACK READ_BACK SETTLE_FIRST TRY_AGAIN
sent,waits     DONE    READ_BACK READ_BACK PAUSE        PAUSE+
sent,ends      DONE    READ_BACK READ_BACK READ_BACK    READ_BACK
"""


def decision(text: str) -> Decision:
    return Decision(verdict=Verdict[text.rstrip(PUTS_BACK)], puts_back=text.endswith(PUTS_BACK))


def table(text: str) -> dict[tuple[str, str], Decision]:
    """(name of the line, name of the column) -> decision."""
    heading, *lines = (line.split() for line in text.strip().splitlines())
    return {
        (name, column): decision(cell) for name, *cells in lines for column, cell in zip(heading, cells, strict=True)
    }


def test_what_follows_from_reading_back() -> None:
    expected = table(AFTER_READING)
    occasions = [occasion for occasion in Occasion if occasion is not Occasion.CONFLICT]
    for occasion, found, was_sent, retries in product(occasions, Found, BOOLEANS, BOOLEANS):
        reading = Reading(found=found, occasion=occasion, was_sent=was_sent, retries_conflict=retries)

        assert decide_after_reading(reading) == expected[occasion.name, found.name], reading
    assert len(expected) == len(occasions) * len(Found)


def test_what_follows_from_reading_back_after_a_conflict() -> None:
    expected = table(AFTER_CONFLICT)
    for found, was_sent, retries in product(Found, BOOLEANS, BOOLEANS):
        reading = Reading(found=found, occasion=Occasion.CONFLICT, was_sent=was_sent, retries_conflict=retries)
        line = f"{'sent' if was_sent else 'first'},{'retries' if retries else 'never'}"

        assert decide_after_reading(reading) == expected[line, found.name], reading
    assert len(expected) == 4 * len(Found)


def test_what_follows_from_an_answer() -> None:
    expected = table(AFTER_SENDING)
    for answer, was_sent, is_last, asks_to_wait, gives_up, reads_back, retries in product(Answer, *[BOOLEANS] * 6):
        sending = Sending(
            answer=answer,
            was_sent=was_sent,
            is_last=is_last,
            asks_to_wait=asks_to_wait,
            gives_up=gives_up,
            reads_back_conflict=reads_back,
            retries_conflict=retries,
        )
        is_over = is_last or asks_to_wait  # a wait that is asked for is not cut short by a try
        tries = ("ends" if gives_up else "waits") if is_over else "more"
        wanted = expected[f"{'sent' if was_sent else 'first'},{tries}", answer.name]
        if answer is Answer.CONFLICT and not reads_back:  # as if reading back had shown nothing
            wanted = decision("TRY_AGAIN+" if retries else "FAIL+")

        assert decide_after_sending(sending) == wanted, sending
    assert len(expected) == 6 * len(Answer)


@pytest.mark.parametrize(
    ("was_lost", "may_wait", "wanted"),
    [(False, False, "PAUSE+"), (False, True, "PAUSE+"), (True, False, "UNKNOWN"), (True, True, "PAUSE")],
)
def test_what_follows_if_a_try_would_be_interrupted(*, was_lost: bool, may_wait: bool, wanted: str) -> None:
    assert decide_without_time(was_lost=was_lost, may_wait=may_wait) == decision(wanted)


def test_a_step_that_may_have_taken_effect_is_never_put_back_as_unknown() -> None:
    """A retry must find such a step as being sent, to read it back."""
    for found, occasion, was_sent, retries in product(Found, Occasion, BOOLEANS, BOOLEANS):
        made = decide_after_reading(
            Reading(found=found, occasion=occasion, was_sent=was_sent, retries_conflict=retries)
        )

        assert made.verdict not in {Verdict.UNKNOWN, Verdict.ADOPT} or not made.puts_back


def test_reading_back_leads_to_no_second_reading() -> None:
    for found, occasion, was_sent, retries in product(Found, Occasion, BOOLEANS, BOOLEANS):
        made = decide_after_reading(
            Reading(found=found, occasion=occasion, was_sent=was_sent, retries_conflict=retries)
        )

        assert made.verdict not in {Verdict.READ_BACK, Verdict.SETTLE_FIRST, Verdict.DONE, Verdict.PAUSE}
