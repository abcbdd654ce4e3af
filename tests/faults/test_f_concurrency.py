"""F: several tasks, workers and people at one course, and people who ask twice; numbers are those of the catalogue.

That writes to one course never overlap is an invariant (I9), checked after every test of this folder; the tests here
make it likely that they would.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.faults import answers
from tests.faults.rig.faults import OURS, of_row
from tests.faults.rig.prepare import course_key
from tests.faults.rig.samples import TEXTS, Sample, course_create, course_rerun, course_update
from tests.faults.rig.site import Site
from tests.faults.rig.waiting import allowed

SEED = 20270901


def texts_of(number: int, word: str) -> Sample:
    """One prepared course, changed by one row for each of its texts."""
    rows = [{"course_key": course_key(number), name: f"<p>{word} {name}.</p>"} for name in TEXTS]
    return Sample(task_type="course_update", rows=tuple(rows))


def test_76_two_tasks_change_one_course(site):
    site.faults.add(method="PATCH", delay_before=0.05, times=None)
    for _worker in range(2):
        site.start_worker(concurrency=2)

    tasks = [site.upload(texts_of(0, word)) for word in ("First", "Second")]
    site.finish(*tasks)

    assert [site.statuses(pk) for pk in tasks] == [{"succeeded": len(TEXTS)}] * 2
    for pk in tasks:
        lines = [int(call.request_id.split("-")[2]) for call in site.faults.writes("PATCH", request_id=f"^bulk-{pk}-")]
        assert lines == sorted(lines)


@pytest.mark.slow
def test_77_two_tasks_make_the_same_run_of_one_course(start_site):
    """Both were told to make another one, and both lose their answer: neither takes the other's run for its own."""
    site = start_site(transport="http", QUIET_SECONDS=0.5)
    site.faults.drop("POST", "/course_runs/$", after_effect=True, times=2)
    site.start_worker(concurrency=2)

    tasks = [site.upload(course_rerun(1), on_existing="create") for _task in range(2)]
    site.finish(*tasks)

    made = [site.row(pk, 2).object_key for pk in tasks]
    assert [site.codes(pk, 2) for pk in tasks] == [["RECOVERED"], ["RECOVERED"]]
    assert len(set(made)) == 2
    assert [site.acts(pk)[0] for pk in tasks] == [f"create course_run {key}" for key in made]


def test_79_the_worker_that_had_a_course_is_killed(site):
    gate = site.faults.gate("PATCH", at="before", request_id=of_row(2))
    holder = site.start_worker()
    first = site.upload(course_update(1, title="First"))
    gate.wait_held()
    site.start_worker()
    second = site.upload(course_update(2, title="Second"))
    site.wait(lambda: site.statuses(second).get("succeeded"), "the course that is free to be changed")
    assert [row.status for row in site.rows(second)] == ["pending", "succeeded"]

    holder.kill()
    killed = time.monotonic()
    gate.open()
    site.finish(first, second)

    assert time.monotonic() - killed < allowed(30)
    assert (site.statuses(first), site.statuses(second)) == ({"succeeded": 1}, {"succeeded": 2})


@pytest.mark.slow
@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_80_tasks_that_want_the_same_courses_in_any_order(site, seed):
    """By key and by UUID: whoever finds a course under its other name taken puts its rows off, and waits for nobody."""
    chance = random.Random(seed)
    site.faults.add(method="PATCH", delay_before=0.02, times=None)
    site.start_worker(concurrency=3)
    keys = [course_key(number) for number in range(6)]
    names = [("course_key", {key: key for key in keys})]
    names.append(("course_uuid", {key: str(site.course(key).uuid) for key in keys}))

    tasks = []
    for column, name_of in names:
        rows = [{column: name_of[key], text: f"<p>{column}</p>"} for key in keys for text in TEXTS[:2]]
        chance.shuffle(rows)
        tasks.append(site.upload(Sample(task_type="course_update", rows=tuple(rows))))
    site.finish(*tasks)

    assert [site.statuses(pk) for pk in tasks] == [{"succeeded": 12}] * 2


@pytest.mark.slow
def test_81_a_person_edits_between_our_look_and_our_call(site):
    """What the row names is as the row says, everything else is as the person left it."""
    gate = site.faults.gate("PATCH", at="before", request_id=OURS)
    site.start_worker()
    pk = site.upload(course_update(1))
    gate.wait_held()

    by_hand = {"title": "By hand", "short_description": "<p>By hand.</p>"}
    assert site.call_discovery("PATCH", f"courses/{course_key(0)}/", json=by_hand).status_code == 200
    gate.open()

    assert site.finish(pk).status == "completed"
    course = site.course(course_key(0))
    assert (course.title, course.short_description) == ("Changed 0", "<p>By hand.</p>")
    assert site.row(pk, 2).changes == {"title": ["Prepared course 0", "Changed 0"]}


def test_82_a_cancelled_task_ends_after_the_calls_that_are_under_way(site):
    gates = [site.faults.gate("PATCH", at="before", request_id=of_row(line)) for line in (3, 7)]
    site.start_worker(concurrency=2)
    pk = site.upload(course_update(12))
    for gate in gates:
        gate.wait_held()

    assert site.rest().cancel(pk).status_code == 202
    for gate in gates:
        gate.open()

    assert site.finish(pk).status == "cancelled"
    assert [row.line for row in site.rows(pk) if row.status == "succeeded"] == [2, 3, 6, 7]
    assert site.statuses(pk) == {"succeeded": 4, "not_processed": 8}
    assert len(site.effects(pk)) == 4


def test_83_cancel_races_with_completion(start_site):
    """One end each, and it stays: that ends never change is an invariant (I7) on the audit of the database."""
    site = start_site(ACTIVE_TASKS_PER_USER=20)
    chance = random.Random(SEED)
    site.start_worker(concurrency=2)
    tasks = [site.upload(course_update(1, first=number)) for number in range(10)]

    with ThreadPoolExecutor(len(tasks)) as people:
        asked = list(people.map(lambda pk: cancel_soon(site, pk, chance.uniform(0, 1)), tasks))
    site.finish(*tasks)

    for pk, (answer, status) in zip(tasks, asked, strict=True):
        assert answer in {202, 409}
        assert status is None or site.task(pk).status == status
        assert len(site.effects(pk)) == site.statuses(pk).get("succeeded", 0)


def cancel_soon(site: Site, pk: int, seconds: float) -> tuple[int, str | None]:
    """The status of the answer, and how the task had ended where it is told that it had."""
    time.sleep(seconds)
    answer = site.rest().cancel(pk)
    return answer.status_code, None if answer.status_code == 202 else site.rest().task(pk).json()["status"]


@pytest.mark.slow
def test_84_two_people_ask_for_a_retry_at_once(site):
    refusal = site.faults.add(answers.INVALID, "POST", request_id=of_row(3), times=1)
    site.start_worker()
    pk = site.upload(course_create(2, calls=1))
    assert site.finish(pk).status == "partially_completed"
    assert refusal.used == 1

    with ThreadPoolExecutor(4) as people:
        asked = list(people.map(lambda _person: site.rest().retry(pk), range(4)))

    (child,) = {answer.json()["id"] for answer in asked}
    assert sorted(answer.status_code for answer in asked) == [200, 200, 200, 201]
    assert site.finish(child).status == "completed"
    assert site.task(pk).retries.using(site.task(pk)._state.db).count() == 1
    assert site.acts(child) == ["create course edX+NEW1", "create course_run course-v1:edX+NEW1+3T2027"]


@pytest.mark.slow
def test_courses_of_one_title_are_made_one_after_another(start_site):
    """Discovery makes the address of a course from its title, and two at once would get the same one."""
    site = start_site(LANES=4)
    site.faults.add(method="POST", path="/courses/$", delay_before=0.05, delay_after=0.05, times=None)
    site.start_worker(concurrency=4)
    rows = tuple({**row, "title": "One Title"} for row in course_create(8, calls=1).rows)

    pk = site.upload(Sample(task_type="course_create", rows=rows))

    assert site.finish(pk).status == "completed"
    assert site.statuses(pk) == {"succeeded": 8}
