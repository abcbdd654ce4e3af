"""Every combination of facts about passing trouble, and what follows: others tell an outage from a row of its own."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from course_discovery_bulk import exceptions
from course_discovery_bulk.workers.trouble import OUTAGE_ROWS, Remedy, Trouble, concerns_all, remedy_for

PAUSE, PUT_OFF, END = Remedy.PAUSE, Remedy.PUT_OFF, Remedy.END
MOST_ROUNDS = 3
BOOLEANS = (False, True)

# Trouble that may be about one row: have others got through, is an outage to be suspected -> round -> what follows.
# Of the second round of a row, the first word is after all tries of the job, the other one before.
EXPECTED = """
                      first    second            third
nobody,calm           PUT_OFF  PUT_OFF|PUT_OFF   PUT_OFF
nobody,outage         PAUSE    PAUSE|PAUSE       PAUSE
others,calm           PUT_OFF  END|PUT_OFF       END
others,outage         PAUSE    PAUSE|PAUSE       END
"""


def expected() -> dict[tuple[str, int, bool], Remedy]:
    """(line, round, whether all tries are used) -> what follows while others are left to be tried."""
    _heading, *lines = (line.split() for line in EXPECTED.strip().splitlines())
    found = {}
    for name, *cells in lines:
        for at, cell in enumerate(cells, start=1):
            after, _, before = cell.partition("|")
            found[name, at, True], found[name, at, False] = Remedy[after], Remedy[before or after]
    return found


def test_what_follows_from_trouble_that_may_be_about_one_row() -> None:
    wanted = expected()
    for through, many, resuming, waits, rounds, used, has_others in product(
        BOOLEANS, (1, OUTAGE_ROWS - 1, OUTAGE_ROWS, OUTAGE_ROWS + 1), *[BOOLEANS] * 2, (1, 2, 3, 4), *[BOOLEANS] * 2
    ):
        trouble = Trouble(
            concerns_all=False,
            asks_to_wait=waits,
            got_others_through=through,
            rounds=rounds,
            most_rounds=MOST_ROUNDS,
            has_used_tries=used,
            rows_in_trouble=many,
            is_resuming=resuming,
            has_others=has_others,
            got_rest_through=through,
            is_only_trouble=through,
        )
        is_outage = many >= OUTAGE_ROWS or resuming or waits
        line = f"{'others' if through else 'nobody'},{'outage' if is_outage else 'calm'}"
        remedy = wanted[line, min(rounds, MOST_ROUNDS), used]
        if remedy is PUT_OFF and not has_others:  # all that are left have failed
            remedy = PAUSE

        assert remedy_for(trouble) is remedy, trouble


def test_trouble_that_concerns_all_pauses_the_task_and_ends_no_row() -> None:
    for through, rounds, used, resuming, has_others in product(BOOLEANS, (1, 2, 9), BOOLEANS, BOOLEANS, BOOLEANS):
        trouble = Trouble(
            concerns_all=True,
            asks_to_wait=True,
            got_others_through=through,
            rounds=rounds,
            most_rounds=MOST_ROUNDS,
            has_used_tries=used,
            rows_in_trouble=1,
            is_resuming=resuming,
            has_others=has_others,
            got_rest_through=through,
            is_only_trouble=through,
        )

        assert remedy_for(trouble) is PAUSE, trouble


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        ({}, END),
        ({"asks_to_wait": True}, END),
        ({"rounds": 2 * MOST_ROUNDS - 1}, PAUSE),
        ({"got_rest_through": False}, PAUSE),
        ({"got_rest_through": False, "is_only_trouble": True}, END),
        ({"rows_in_trouble": OUTAGE_ROWS}, PAUSE),
        ({"has_others": True}, PAUSE),
    ],
)
def test_the_last_rows_of_a_task_end_after_twice_the_rounds_if_discovery_is_there_for_others(
    changed: dict[str, Any], remedy: Remedy
) -> None:
    last = {
        "concerns_all": False,
        "asks_to_wait": False,
        "got_others_through": False,
        "rounds": 2 * MOST_ROUNDS,
        "most_rounds": MOST_ROUNDS,
        "has_used_tries": True,
        "rows_in_trouble": OUTAGE_ROWS - 1,
        "is_resuming": True,
        "has_others": False,
        "got_rest_through": True,
        "is_only_trouble": False,
    }

    assert remedy_for(Trouble(**{**last, **changed})) is remedy


@pytest.mark.parametrize(
    ("error", "is_about_all"),
    [
        (exceptions.Unreachable("no connection"), True),
        (exceptions.TokenUnavailable("no token"), True),
        (exceptions.Unauthenticated("who?", status=401), True),
        (exceptions.Transient("wait", status=429, retry_after=7.0), True),
        (exceptions.Transient("wait", status=503, retry_after=7.0), False),
        (exceptions.Transient("wait", status=429, retry_after=0.0), False),
        (exceptions.Transient("lock wait", status=400), False),
        (exceptions.Transient("server error 500", status=500), False),
        (exceptions.Transient("server error 503", status=503), False),
        (exceptions.Transient("the connection broke"), False),
        (exceptions.AnswerLost("server error 504", status=504), False),
    ],
)
def test_which_trouble_concerns_all(error: exceptions.DiscoveryError, *, is_about_all: bool) -> None:
    assert concerns_all(error) is is_about_all
