"""Pictures: fetched before the first call, and never in the way of what was done."""

from __future__ import annotations

from collections.abc import Callable

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.exceptions import (
    Refused,
)
from course_discovery_bulk.pictures.images import ImageError, ImageErrorCode
from course_discovery_bulk.testing import FakeDiscovery
from tests.unit.operations.samples import (
    LEGAL_REVIEW_CELLS,
)
from tests.unit.pipeline.executing.attempts import SAME_COURSE, Attempt, codes, planned, sent


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
