"""Section G of the catalogue of failures: the storage and the uploaded file, with real workers that are killed.

Storages that fail while somebody uploads, and S3, are in tests/integration/api/test_storage.py and tests/services.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.rig.failpoints import Failpoint
from tests.faults.rig.samples import course_create
from tests.faults.rig.site import Site

RECORD = "course_discovery_bulk.pipeline.record_new_rows"
ROWS = 11
CHUNK = 3


def file_of(site: Site, pk: int) -> Path:
    return site.folder / "uploads" / site.task(pk).csv_file.name


@contextmanager
def taken_away(path: Path) -> Iterator[None]:
    """Something is not where it belongs, for a while."""
    aside = path.parent.parent / "aside"
    path.rename(aside)
    yield
    aside.rename(path)


def notes_of(site: Site, pk: int) -> list[str]:
    return [note["code"] for note in site.task(pk).notes]


def test_85_the_file_is_gone_before_it_is_read(site):
    pk = site.upload(course_create(3))
    with taken_away(file_of(site, pk)):
        site.start_worker()
        ended = site.finish(pk)

    assert (ended.status, notes_of(site, pk)) == ("failed", ["FILE_MISSING"])
    assert (site.rows(pk), site.acts(pk)) == ([], [])


@pytest.mark.slow
def test_85_the_file_is_gone_after_it_was_read(site):
    gate = site.faults.gate("POST", at="before")
    site.start_worker()
    pk = site.upload(course_create(3, calls=1))
    gate.wait_held()
    with taken_away(file_of(site, pk)):
        gate.open()
        ended = site.finish(pk)

    assert ended.status == "completed"
    assert site.statuses(pk) == {"succeeded": 3}


def test_86_the_storage_is_away_while_the_file_is_to_be_read(site):
    pk = site.upload(course_create(3, calls=1))
    uploads = site.folder / "uploads"
    with taken_away(uploads):
        uploads.write_text("")  # what stands in its place is no folder: nobody can say whether the file is there
        site.start_worker()
        site.wait(lambda: site.task(pk).pauses >= 2, "the task to wait twice")
        waiting = site.task(pk)
        uploads.unlink()

    assert (waiting.is_final, waiting.notes, waiting.next_attempt_at is not None) == (False, [], True)
    assert site.finish(pk).status == "completed"
    assert site.statuses(pk) == {"succeeded": 3}


@pytest.mark.slow
def test_87_another_file_lies_in_its_place(site):
    pk = site.upload(sample := course_create(3))
    file = file_of(site, pk)
    file.write_bytes(sample.content.replace(b"NEW", b"BAD"))
    assert file.stat().st_size == site.task(pk).file_size
    site.start_worker()

    ended = site.finish(pk)

    assert (ended.status, notes_of(site, pk)) == ("failed", ["FILE_CHANGED"])
    assert (site.rows(pk), site.acts(pk)) == ([], [])


@pytest.mark.parametrize(
    ("point", "database", "stored"),
    [
        (Failpoint(name="reading", target=f"{RECORD}.record_read_rows", moment="after", skip=1), "sqlite", 2 * CHUNK),
        (Failpoint(name="reading", target=f"{RECORD}.record_read_rows", moment="after", skip=1), "mariadb", 2 * CHUNK),
        # The first write of the task says that all of its rows are there.
        pytest.param(
            Failpoint(name="mark", target="course_discovery_bulk.workers.leases.write_task"),
            "sqlite",
            ROWS,
            marks=pytest.mark.slow,
        ),
        pytest.param(
            Failpoint(name="checking", target=f"{RECORD}.record_checked_rows", moment="after", skip=1),
            "sqlite",
            ROWS,
            marks=pytest.mark.slow,
        ),
    ],
    ids=["reading", "reading-mariadb", "mark", "checking"],
)
def test_88_killed_in_the_middle_of_reading(start_site, point, database, stored):
    site = start_site(database=database, READ_CHUNK_ROWS=CHUNK)
    first = site.start_worker(failpoints=[point])
    pk = site.upload(course_create(ROWS, calls=1))
    site.wait(lambda: site.reached(point.name) > point.skip, "the failpoint")
    first.kill()
    left = len(site.rows(pk))

    site.start_worker()
    ended = site.finish(pk)

    assert left == stored
    assert ended.status == "completed"
    assert [row.line for row in site.rows(pk)] == list(range(2, ROWS + 2))
    made = Counter(act.rpartition(" ")[0] for act in site.acts(pk))
    assert made == {"create course": ROWS, "create course_run": ROWS}
