"""What a job answers says whether another is needed, and refuses a delay if none is."""

from __future__ import annotations

import pytest

from course_discovery_bulk.workers.next_job import NextJob


def test_a_job_that_is_needed_at_once_has_no_delay() -> None:
    assert (NextJob.now().is_needed, NextJob.now().is_now, NextJob.now().seconds) == (True, True, 0.0)


def test_a_job_that_is_needed_later_says_when() -> None:
    assert (NextJob.after(2.5).is_needed, NextJob.after(2.5).is_now, NextJob.after(2.5).seconds) == (True, False, 2.5)


def test_no_job_has_no_delay_to_read() -> None:
    assert (NextJob.none().is_needed, NextJob.none().is_now) == (False, False)
    with pytest.raises(ValueError, match="no job is needed"):
        _ = NextJob.none().seconds


def test_answers_compare_by_what_they_say() -> None:
    assert NextJob.after(0.0) == NextJob.now() != NextJob.none()
