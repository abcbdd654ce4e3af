"""Edits of a preview while workers check them, are killed, or while others edit or apply it: none lost, none twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from course_discovery_bulk.models import RowEdit
from tests.faults.rig.failpoints import WAIT, Failpoint
from tests.faults.rig.prepare import course_key
from tests.faults.rig.samples import Sample
from tests.faults.rig.site import Site

STORE = "course_discovery_bulk.workers.rechecking._store"
PLANNED = "course_discovery_bulk.pipeline.record.record_planned"
ROWS = 6


def old_titles(first: int = 0, count: int = ROWS) -> Sample:
    rows = [{"course_key": course_key(number), "title": "Old"} for number in range(first, first + count)]
    return Sample(task_type="course_update", rows=tuple(rows))


def previewed(site: Site, sample: Sample) -> int:
    pk = site.upload(sample, dry_run="true")
    rested(site, pk)
    return pk


def rested(site: Site, pk: int) -> None:
    site.wait(lambda: site.task(pk).status == "validated", "the preview to be ready")


def edit(site: Site, pk: int, line: int, value: str, before: str = "Old") -> requests.Response:
    cell = {"line": line, "column": "title", "before": before, "value": value}
    return site.rest().send("PATCH", f"{pk}/rows/", json={"edits": [cell]})


def replace_all(site: Site, pk: int) -> requests.Response:
    return site.rest().send("POST", f"{pk}/replace/", json={"column": "title", "old": "Old", "new": "New"})


def written(site: Site, pk: int) -> list[str]:
    """Apply the preview, and what the courses are called then."""
    assert site.rest().apply(pk).status_code == 202
    assert site.finish(pk).status == "completed"
    assert len(site.effects(pk)) == len(site.rows(pk))
    return [site.course(row.cells["course_key"]).title for row in site.rows(pk)]


def edited_lines(site: Site, pk: int) -> Counter[int]:
    edits = site.objects(RowEdit).filter(task=pk)
    assert not edits.filter(checked_at__isnull=True).exists()
    return Counter(edits.values_list("line", flat=True))


def test_an_edit_while_a_worker_checks_earlier_ones(start_site):
    """What the worker found is of the cells as they were: it is not stored for the row that was edited meanwhile."""
    site = start_site(EDIT_AT_ONCE_ROWS=1)
    site.start_worker(failpoints=[Failpoint(name="hold", target=STORE, action=WAIT)])
    pk = previewed(site, old_titles())
    assert replace_all(site, pk).status_code == 202
    site.wait(lambda: site.reached("hold"), "the worker to have checked the rows")

    answer = edit(site, pk, 2, "Mine", before="New")
    assert (answer.status_code, answer.json()["waits"]) == (202, True)
    assert site.rest().apply(pk).status_code == 409
    site.open_failpoint("hold")

    rested(site, pk)
    assert edited_lines(site, pk) == Counter([2, *range(2, 2 + ROWS)])
    assert written(site, pk) == ["Mine", *["New"] * (ROWS - 1)]


def test_a_worker_killed_while_it_checks_and_while_it_plans_edited_rows(start_site):
    site = start_site(EDIT_AT_ONCE_ROWS=1)
    kills = [
        Failpoint(name="before", target=STORE),
        Failpoint(name="after", target=STORE, moment="after", skip=1),
        Failpoint(name="planning", target=PLANNED, skip=ROWS + 2),
    ]
    site.start_worker(failpoints=kills)
    pk = previewed(site, old_titles())

    assert replace_all(site, pk).status_code == 202

    rested(site, pk)
    assert site.reached("before") >= 2
    assert site.reached("planning") > ROWS + 2
    assert edited_lines(site, pk) == Counter(range(2, 2 + ROWS))
    assert written(site, pk) == ["New"] * ROWS


def test_several_people_edit_at_once(site):
    """Of those who edit one cell one is first, and the others are told; nobody stands in the way of other rows."""
    site.start_worker()
    pk = previewed(site, old_titles())
    wishes = [*((2, f"Mine {number}") for number in range(4)), *((line, f"Row {line}") for line in range(3, 2 + ROWS))]

    with ThreadPoolExecutor(len(wishes)) as people:
        answers = list(people.map(lambda wish: edit(site, pk, *wish), wishes))

    firsts = [answer.status_code in {200, 202} for answer in answers[:4]]
    assert sorted(firsts) == [False, False, False, True]
    assert {answer.status_code for answer in answers[:4]} <= {200, 202, 409}
    assert {answer.status_code for answer in answers[4:]} <= {200, 202}
    rested(site, pk)
    assert edited_lines(site, pk) == Counter(range(2, 2 + ROWS))
    assert written(site, pk) == [wishes[firsts.index(True)][1], *(f"Row {line}" for line in range(3, 2 + ROWS))]


@pytest.mark.slow
def test_an_edit_races_with_apply(start_site):
    """What was edited is written; what is written was not edited any more."""
    site = start_site(ACTIVE_TASKS_PER_USER=20)
    site.start_worker(concurrency=2)
    pks = [previewed(site, old_titles(number, 1)) for number in range(6)]

    def race(pk: int) -> tuple[int, int]:
        with ThreadPoolExecutor(2) as people:
            applied, edited = people.submit(site.rest().apply, pk), people.submit(edit, site, pk, 2, "Mine")
            return applied.result().status_code, edited.result().status_code

    for pk in pks:
        applied, edited = race(pk)
        assert applied in {202, 409}
        assert edited in {200, 202, 409}
        assert (applied, edited) != (409, 409)
        if applied == 409:
            rested(site, pk)
            assert site.rest().apply(pk).status_code == 202
        site.finish(pk)
        row = site.row(pk, 2)
        assert site.course(row.cells["course_key"]).title == row.cells["title"] == ("Old" if edited == 409 else "Mine")
        assert len(site.effects(pk)) == 1
