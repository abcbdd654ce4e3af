"""Files of any number of good rows, for the prepared courses or for new ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from tests.faults.rig.prepare import COURSES, course_key, run_key

TEXTS = (
    "short_description",
    "long_description",
    "what_will_you_learn",
    "syllabus",
    "prerequisites",
    "learner_testimonials",
    "frequently_asked_questions",
    "additional_information",
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file to upload; its rows are on the lines 2, 3, ..."""

    task_type: str
    rows: tuple[Mapping[str, str], ...]

    @property
    def content(self) -> bytes:
        stream = io.StringIO()
        headers = list(dict.fromkeys(name for row in self.rows for name in row))
        writer = csv.DictWriter(stream, headers, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return stream.getvalue().encode()

    @property
    def lines(self) -> list[int]:
        return list(range(2, len(self.rows) + 2))


def course_create(count: int, prefix: str = "NEW", *, calls: int = 2) -> Sample:
    """New courses edX+NEW0, edX+NEW1, ...: one POST each, and with two calls a PATCH for what the POST cannot take."""
    texts = {"short_description": "<p>About it.</p>"} if calls > 1 else {}
    rows = [
        {
            "organization": "edX",
            "title": f"Course {prefix} {number}",
            "number": f"{prefix}{number}",
            "course_enrollment_track": "Verified and Audit",
            "course_run_enrollment_track": "Verified and Audit",
            "verified_price": "49.00",
            "course_pacing": "Self-Paced",
            "start_date": "2027-09-01",
            "end_date": "2027-12-15",
            **texts,
        }
        for number in range(count)
    ]
    return Sample(task_type="course_create", rows=tuple(rows))


def course_update(count: int, *, first: int = 0, title: str = "Changed") -> Sample:
    """New titles for prepared courses: one PATCH each."""
    keys = _prepared(count, first)
    rows = [{"course_key": course_key(number), "title": f"{title} {number}"} for number in keys]
    return Sample(task_type="course_update", rows=tuple(rows))


def course_update_of(number: int, count: int = len(TEXTS)) -> Sample:
    """One prepared course changed by several rows, each another text of it: they must follow each other."""
    rows = [{"course_key": course_key(number), name: f"<p>Changed {name}.</p>"} for name in TEXTS[:count]]
    return Sample(task_type="course_update", rows=tuple(rows))


def course_run_update(count: int, *, first: int = 0, effort: int = 3) -> Sample:
    """Another effort for the runs of prepared courses: one PATCH each."""
    keys = _prepared(count, first)
    rows = [{"course_run_key": run_key(number), "minimum_effort": str(effort)} for number in keys]
    return Sample(task_type="course_run_update", rows=tuple(rows))


def course_rerun(count: int, *, first: int = 0, year: int = 2028) -> Sample:
    """Another run of prepared courses: one POST each, which makes one more run each time it is sent."""
    rows = [
        {
            "last_active_run_key": run_key(number),
            "start_date": f"{year}-09-01",
            "end_date": f"{year}-12-15",
            "run_type": "Verified and Audit",
            "pacing_type": "Self-Paced",
        }
        for number in _prepared(count, first)
    ]
    return Sample(task_type="course_rerun", rows=tuple(rows))


def course_editor_update(
    count: int, *, first: int = 0, user: str = "second.editor@example.org", action: str = "add"
) -> Sample:
    """Make somebody an editor of prepared courses, or end it: `editor@example.org` is one of all of them."""
    keys = _prepared(count, first)
    rows = [{"username_or_email": user, "course_key_or_uuid": course_key(number), "action": action} for number in keys]
    return Sample(task_type="course_editor_update", rows=tuple(rows))


def _prepared(count: int, first: int) -> range:
    assert first + count <= COURSES, f"only {COURSES} courses are prepared"
    return range(first, first + count)
