"""What a run and its course must have before legal review; discovery itself asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from course_discovery_bulk.data import Entry, fold
from course_discovery_bulk.problems import MISSING_LEGAL_REVIEW_DATA, Place, Problem, problem

MASTERS: Final = "masters"
# column -> field, of the course and of the run
REVIEW_TEXTS: Final = {
    "short_description": "short_description",
    "long_description": "full_description",
    "what_will_you_learn": "outcome",
}
REVIEW_COURSE: Final = {**REVIEW_TEXTS, "level_type": "level_type", "primary_subject": "subjects"}
REVIEW_RUN: Final = {
    "publish_date": "go_live_date",
    "minimum_effort": "min_effort",
    "maximum_effort": "max_effort",
    "length": "weeks_to_complete",
}
REVIEW_COLUMNS: Final = ("image", *REVIEW_COURSE, *REVIEW_RUN)


def is_excused(column: str, track: Any) -> bool:
    """A Masters course needs none of the texts."""
    return column in REVIEW_TEXTS and isinstance(track, Entry) and MASTERS in {fold(name) for name in track.names}


def missing_for_review(
    line: int, course: Mapping[str, Any], run: Mapping[str, Any], *, has_image: bool, track: Entry | None
) -> Iterator[Problem]:
    """Problems for everything that is empty in the course and run as they will be."""
    values = {"image": has_image}
    values |= {column: bool(course.get(name)) for column, name in REVIEW_COURSE.items()}
    values |= {column: run.get(name) not in (None, "") for column, name in REVIEW_RUN.items()}
    for column in REVIEW_COLUMNS:
        if not values[column] and not is_excused(column, track):
            yield problem(MISSING_LEGAL_REVIEW_DATA, Place(line=line, column=column))
