"""Placeholders in steps: found, and filled in."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk.data import download, ref
from course_discovery_bulk.pipeline.executing.placeholders import addresses_of_images, fill


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("text", "text"),
        (None, None),
        (False, False),
        (ref("run_key"), "course-v1:edX+A+1"),
        (download("https://example.org/a.png"), "data:a"),
        (download("https://example.org/never-fetched.png"), None),
        (
            {"runs": [ref("run_key"), "x"], "deep": {"image": download("https://example.org/a.png")}},
            {"runs": ["course-v1:edX+A+1", "x"], "deep": {"image": "data:a"}},
        ),
    ],
)
def test_what_a_call_is_given(value: Any, filled: Any) -> None:
    assert fill(value, {"run_key": "course-v1:edX+A+1"}, {"https://example.org/a.png": "data:a"}) == filled


def test_a_result_that_no_step_has_brought_is_an_error_of_the_plan() -> None:
    with pytest.raises(KeyError):
        fill(ref("run_key"), {}, {})


def test_pictures_are_found_anywhere_each_once_and_in_order() -> None:
    bodies = [{"image": download("b"), "title": "x"}, {"runs": [{"image": download("a")}, {"image": download("b")}]}]

    assert addresses_of_images(bodies) == ["b", "a"]
    assert addresses_of_images(({"image": download("a")}, None, 3)) == ["a"]
    assert addresses_of_images("a") == []
