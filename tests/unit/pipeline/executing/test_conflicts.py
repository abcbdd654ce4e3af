"""Keys that are taken: by another, by this very row, or in a race that nobody won."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.exceptions import (
    Conflict,
)
from course_discovery_bulk.testing import FakeDiscovery
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
)
from tests.unit.pipeline.executing.attempts import ATTEMPTS, IN_THE_WAY, SAME_COURSE, Attempt, codes, states


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
