"""How long a job can still wait before Celery would interrupt it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from course_discovery_bulk import conf
from course_discovery_bulk.workers import claiming, time_slice
from tests.integration.pipeline.conftest import Run, csv_of, good_row


@pytest.mark.parametrize(
    ("soft", "hard", "seconds", "has_time"),
    [(180, 210, 60, True), (180, 210, 63, False), (0, 210, 60, True), (0, 150, 60, False), (0, 0, 10_000, True)],
)
def test_a_job_hands_over_before_its_limit(
    submit: Run, settings: object, soft: int, hard: int, seconds: float, has_time: bool
) -> None:
    limits = {"SOFT_TIME_LIMIT": soft, "TIME_LIMIT": hard}
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, **limits}  # type: ignore[attr-defined]
    lease = claiming.claim(submit(csv_of(good_row("T1"))).pk, conf.read())
    assert lease is not None

    bench = time_slice._bench(lease, conf.read(), ring=print, watch=print)

    assert replace(bench, started=time.monotonic() - 100).has_time(seconds) is has_time
