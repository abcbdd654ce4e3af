"""E: discovery refuses, answers late, half, or not at all; numbers are those of the catalogue.

Where faults do not disturb each other, many share a task: one row each, told apart by the request id of its calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from course_discovery_bulk.choices import RowStatus
from sandbox.faults import answers
from sandbox.faults.answers import Answer, http_date, says, too_many
from sandbox.faults.ledger import Call
from tests.faults.rig.faults import COURSE_LIST, OURS, RUN_LIST, of_row
from tests.faults.rig.prepare import course_key, run_key
from tests.faults.rig.samples import (
    Sample,
    course_create,
    course_rerun,
    course_update,
)
from tests.faults.rig.site import Site

NOT_A_NUMBER = says(400, "Failed to set data: ['“abc” value must be a number.']")
NO_SOURCE = says(400, "Failed to set data: Source matching query does not exist.")
TITLE_REFUSED = says(400, {"title": ["Too odd."]})
PLATFORM_PAGE = says(400, "Failed to set course run data: <!doctype html><title>502 Bad Gateway</title>")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What discovery does to the calls of one row, how the row must end, and after how many calls that write."""

    number: int
    answer: Answer
    times: int | None = 1
    has_effect: bool | None = None  # None: as the answer itself says
    status: RowStatus = RowStatus.SUCCEEDED
    code: str = ""
    calls: int = 1
    says: str = ""

    def order(self, site: Site, method: str, path: str, line: int) -> None:
        given: dict[str, Any] = {} if self.has_effect is None else {"has_effect": self.has_effect}
        site.faults.add(self.answer, method, path, request_id=of_row(line), times=self.times, **given)


def order_all(site: Site, cases: list[Case], method: str, path: str) -> None:
    for line, case in enumerate(cases, start=2):
        case.order(site, method, path, line)


def check_all(site: Site, cases: list[Case], pk: int, method: str) -> None:
    """Every row has ended as its case says; all that do not are shown."""
    found, expected = [], []
    for line, case in enumerate(cases, start=2):
        row = site.row(pk, line)
        calls = len(site.faults.writes(method, request_id=of_row(line, pk)))
        found.append((line, case.number, row.status, site.codes(pk, line), calls))
        expected.append((line, case.number, case.status, [case.code] if case.code else [], case.calls))
        assert all(case.says in problem["message"] for problem in row.problems), row.problems
    assert found == expected


# --- each row has its own answer

KEEPS_FAILING = {"times": 6, "calls": 6, "status": RowStatus.FAILED, "code": "DISCOVERY_UNAVAILABLE"}
REFUSED = {"status": RowStatus.FAILED, "code": "DISCOVERY_REFUSED"}
OF_UPDATES = [
    Case(number=61, answer=answers.SERVER_ERROR, **KEEPS_FAILING),  # the first, so that others get through after it
    Case(number=53, answer=answers.INVALID, says="Not a valid string", **REFUSED),
    Case(number=53, answer=TITLE_REFUSED, says="Too odd", **REFUSED),
    Case(number=53, answer=NO_SOURCE, says="Source matching query", **REFUSED),
    Case(number=53, answer=NOT_A_NUMBER, says="“abc” value must", **REFUSED),
    Case(number=54, answer=answers.LOCK_WAIT, times=2, calls=3),
    Case(number=54, answer=answers.DEADLOCK, calls=2),
    Case(number=59, answer=answers.NO_RIGHT, status=RowStatus.FAILED, code="FORBIDDEN"),
    Case(number=59, answer=answers.UNKNOWN, status=RowStatus.FAILED, code="NOT_FOUND"),
    Case(number=61, answer=answers.SERVER_ERROR, times=2, calls=3),
    Case(number=61, answer=answers.BAD_GATEWAY, times=2, calls=3),
]
OF_RERUNS = [
    Case(number=73, answer=answers.STUDIO_FAILED, says="may have a run", **KEEPS_FAILING),
    Case(number=73, answer=PLATFORM_PAGE, says="may have a run", **KEEPS_FAILING),
    Case(number=73, answer=answers.STUDIO_FAILED, times=2, calls=3),
    Case(number=54, answer=answers.DUPLICATE_RUN, calls=2),
]


def test_53_54_59_61_73_every_refusal_is_told_and_what_passes_is_waited_out(site):
    order_all(site, OF_UPDATES, "PATCH", "/courses/")
    order_all(site, OF_RERUNS, "POST", RUN_LIST)
    reads = site.faults.add(answers.SERVER_ERROR, "GET", COURSE_LIST)
    site.start_worker(concurrency=2)

    updates = site.upload(course_update(len(OF_UPDATES)))
    reruns = site.upload(course_rerun(len(OF_RERUNS), first=len(OF_UPDATES)))
    site.finish(updates, reruns)

    assert reads.used == 1
    check_all(site, OF_UPDATES, updates, "PATCH")
    check_all(site, OF_RERUNS, reruns, "POST")
    assert {problem["column"] for line in (3, 4) for problem in site.row(updates, line).problems} == {"title"}


@pytest.mark.slow
def test_60_a_wait_that_discovery_asks_for_is_kept_by_the_whole_task(start_site):
    """Header -> the silence in seconds; the longest is capped, and one that says nothing puts off its row alone."""
    waits = [
        (too_many(1), 1, 1.0),
        (too_many(http_date(600)), 1, 1.5),
        (too_many(10**9), 1, 1.5),
        (too_many(None), 3, 0.0),
        (too_many("soon"), 3, 0.0),
        (too_many(0), 3, 0.0),
    ]
    site = start_site(MAX_RETRY_AFTER_SECONDS=1.5, PAUSE_SECONDS=0.6, MAX_PAUSE_SECONDS=0.6, RETRY_SECONDS=0.01)
    for line, (answer, times, _seconds) in enumerate(waits, start=2):
        site.faults.add(answer, "PATCH", request_id=of_row(line), times=times)
    site.start_worker(concurrency=2)

    pk = site.upload(course_update(len(waits)), on_error="stop", stop_after=100)  # so that it has one lane

    assert site.finish(pk).status == "completed"
    for line, (_answer, times, seconds) in enumerate(waits, start=2):
        calls = site.faults.writes("PATCH", request_id=of_row(line, pk))
        assert [call.answer for call in calls] == ["429"] * times + ["200"]
        assert silence_after(site, calls[times - 1]) >= seconds


def silence_after(site: Site, broken: Call) -> float:
    """Seconds from the end of a call to the next of any task."""
    later = [call.started for call in site.faults.calls if call.request_id and call.started > broken.ended]
    return min(later) - broken.ended


def test_60_all_lanes_keep_the_wait(site):
    limit = site.faults.add(too_many(3), "PATCH", skip=3)
    site.faults.add(method="PATCH", delay_before=0.1, times=None)
    site.start_worker(concurrency=2)

    pk = site.upload(course_update(20))

    limit.wait_used()
    assert site.finish(pk).status == "completed"
    calls = site.faults.writes("PATCH", request_id=OURS)
    (broken,) = (call for call in calls if call.answer == "429")
    between = [call for call in calls if broken.ended + 1.5 < call.started < broken.ended + 3]
    after = [call for call in calls if call.started >= broken.ended + 3]
    assert not between
    assert len(after) > 1


def test_61_when_row_after_row_fails_the_task_waits(start_site):
    site = start_site(PAUSE_SECONDS=4, MAX_PAUSE_SECONDS=4, RETRY_SECONDS=0.01)
    site.faults.add(answers.SERVER_ERROR, "PATCH", times=5 * 3)
    site.start_worker()

    pk = site.upload(course_update(8), on_error="stop", stop_after=100)

    site.wait(lambda: site.task(pk).next_attempt_at, "the task to wait")
    assert site.statuses(pk) == {"pending": 8}
    site.finish(pk)
    assert site.statuses(pk) == {"succeeded": 8}
    calls = site.faults.writes("PATCH", request_id=OURS)
    assert calls[15].started - calls[14].ended > 2


# --- answers that are lost

READ_BACK = {"code": "RECOVERED", "calls": 1}
OF_CREATIONS = [
    Case(number=55, answer=answers.DROPPED, **READ_BACK),
    Case(number=55, answer=answers.DROPPED, code="RECOVERED", calls=2),  # not seen when read back: see below
    Case(number=55, answer=answers.DROPPED, has_effect=False, calls=2),
    Case(number=62, answer=answers.SERVER_ERROR, has_effect=True, **READ_BACK),
    Case(number=62, answer=answers.BAD_GATEWAY, has_effect=True, **READ_BACK),
    Case(number=62, answer=answers.GATEWAY_TIMEOUT, calls=2),
    Case(number=67, answer=answers.TRUNCATED, **READ_BACK),
    Case(number=67, answer=answers.BROKEN_JSON, **READ_BACK),
    Case(number=67, answer=answers.PROXY_PAGE, has_effect=True, **READ_BACK),
    Case(number=67, answer=answers.EMPTY, has_effect=True, **READ_BACK),
    Case(number=67, answer=answers.PROXY_PAGE, calls=2),
    Case(number=69, answer=answers.DRIPPING, **READ_BACK),
    Case(number=70, answer=answers.ENDLESS, **READ_BACK),
]
NOT_SEEN_LINE = 3
OF_RERUNS_LOST = [
    Case(number=62, answer=answers.SERVER_ERROR, has_effect=True, **READ_BACK),
    Case(number=62, answer=answers.BAD_GATEWAY, calls=2),
    Case(number=67, answer=answers.TRUNCATED, **READ_BACK),
    Case(number=67, answer=answers.EMPTY, calls=2),
]
OF_UPDATES_LOST = [
    Case(number=67, answer=answers.DROPPED, **READ_BACK),
    Case(number=67, answer=answers.DROPPED, has_effect=False, calls=2),
    Case(number=67, answer=answers.BROKEN_JSON, **READ_BACK),
    Case(number=67, answer=answers.PROXY_PAGE, calls=2),
    Case(number=69, answer=answers.DRIPPING, **READ_BACK),
    Case(number=70, answer=answers.ENDLESS, **READ_BACK),
]
MEGABYTE = 1 << 20


def test_55_62_67_69_70_an_answer_that_is_lost_is_read_back(start_site):
    site = start_site(transport="http", QUIET_SECONDS=0.5)
    order_all(site, OF_CREATIONS, "POST", COURSE_LIST)
    order_all(site, OF_RERUNS_LOST, "POST", RUN_LIST)
    order_all(site, OF_UPDATES_LOST, "PATCH", "/courses/")
    site.faults.add(answers.UNKNOWN, "GET", rf"/courses/edX\+NEW{NOT_SEEN_LINE - 2}/", request_id=of_row(NOT_SEEN_LINE))
    for unreadable in (answers.BROKEN_JSON, answers.PROXY_PAGE):
        site.faults.add(unreadable, "GET", COURSE_LIST, request_id="-state$")
    worker = site.start_worker(concurrency=4)
    before = worker.memory()

    reruns = site.upload(course_rerun(len(OF_RERUNS_LOST)))
    updates = site.upload(course_update(len(OF_UPDATES_LOST), first=len(OF_RERUNS_LOST)))
    creations = site.upload(course_create(len(OF_CREATIONS), calls=1))
    used = [0]
    site.wait(lambda: is_over(site, creations, used, worker), "the creations to end")
    site.finish(reruns, updates)

    check_all(site, OF_CREATIONS, creations, "POST")
    check_all(site, OF_RERUNS_LOST, reruns, "POST")
    check_all(site, OF_UPDATES_LOST, updates, "PATCH")
    assert [len(site.run_keys(course_key(number))) for number in range(4)] == [2] * 4
    assert max(used) - before < 150 * MEGABYTE


def is_over(site: Site, pk: int, used: list[int], worker: Any) -> bool:
    """Whether a task has ended; note the memory that its worker uses on the way."""
    used.append(worker.memory())
    return site.task(pk).is_final


def test_66_an_answer_that_comes_after_the_time_limit(start_site):
    """The effect comes when nobody waits for it any more; to look before it could come would make it twice."""
    site = start_site(transport="http", READ_SECONDS=1, QUIET_SECONDS=5)
    for path in (COURSE_LIST, RUN_LIST):
        site.faults.add(method="POST", path=path, request_id=OURS, delay_before=2.5)
    site.start_worker(concurrency=2)

    creations, reruns = site.upload(course_create(1, calls=1)), site.upload(course_rerun(1))
    site.finish(creations, reruns)

    for pk in (creations, reruns):
        assert (site.row(pk, 2).status, site.codes(pk, 2)) == ("succeeded", ["RECOVERED"])
        assert len(site.faults.writes("POST", request_id=of_row(2, pk))) == 1
    assert site.row(reruns, 2).object_key in site.run_keys(course_key(0))


def test_71_an_old_answer_from_a_cache_is_not_believed(start_site):
    """Two runs of one course, both answers lost: read back from a cache, the second would seem not to be there."""
    site = start_site(transport="http", QUIET_SECONDS=0.5)
    site.faults.cache_reads("stale")
    site.faults.drop("POST", RUN_LIST, after_effect=True, times=2)
    rows = (*course_rerun(1, year=2028).rows, *course_rerun(1, year=2029).rows)
    site.start_worker()

    pk = site.upload(Sample(task_type="course_rerun", rows=rows))

    assert site.finish(pk).status == "completed"
    assert [site.codes(pk, line) for line in (2, 3)] == [["RECOVERED"], ["RECOVERED"]]
    made = [row.object_key for row in site.rows(pk)]
    assert site.run_keys(course_key(0)) == sorted([run_key(0), *made])
    assert len(set(made)) == 2
