"""Fields that discovery accepts and does not keep: said at their cells."""

from __future__ import annotations

from collections.abc import Callable

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.testing import FakeDiscovery
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
)
from tests.unit.pipeline.executing.attempts import Attempt, codes, states


def test_a_field_that_is_not_kept_is_told_at_its_cell(attempt: Callable[..., Attempt]) -> None:
    discovery = FakeDiscovery(does_not_keep=["short_description"])

    outcome = attempt(discovery=discovery, cells=LEGAL_REVIEW_CELLS).run()

    assert (outcome.status, codes(outcome)) == (RowStatus.PARTLY_DONE, ["NOT_SAVED", "REVIEW_HELD_BACK"])
    found = outcome.problems[0]
    assert (found.line, found.column, found.value) == (2, "short_description", "<p>Short</p>")
    assert "still shows nothing" in found.message
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
