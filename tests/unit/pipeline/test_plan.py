"""Planning: the current state is read for all rows together, and a row sees only what it names."""

from __future__ import annotations

from dataclasses import replace

from course_discovery_bulk.choices import RowAction, RowStatus
from course_discovery_bulk.data import CleanRow, Needs
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.pipeline.plan import plan_row, read_state, state_of
from course_discovery_bulk.testing import EMPTY_RUN, FakeDiscovery, course_answer
from tests.unit.operations.samples import clean_row, plan_input, raw_row, validator

RUN_KEY = "course-v1:edX+A+3T2027"
RUN = {**EMPTY_RUN, "key": RUN_KEY, "seats": []}
UUID = "0f0e0d0c-0000-4000-8000-000000000001"


def rows(*numbers: str) -> list[CleanRow]:
    return [validator().clean(raw_row(line=line, number=number)) for line, number in enumerate(numbers, start=2)]


def asked(discovery: FakeDiscovery) -> list[tuple[str, list[str]]]:
    """The requests that ask for something."""
    return [(name, names) for name, names in discovery.calls if names]


def test_the_state_of_all_rows_is_read_in_one_request_each_course_once() -> None:
    discovery = FakeDiscovery()

    state = read_state(rows("A", "B", "A"), OPERATION, discovery)

    assert asked(discovery) == [("get_courses", ["edX+A", "edX+B"])]
    assert (state.courses, state.runs, state.people) == ({}, {}, {})


def test_courses_that_exist_are_found_whatever_their_case() -> None:
    discovery = FakeDiscovery(courses=[course_answer("EDX+b")])

    state = read_state(rows("A", "B"), OPERATION, discovery)

    found = state.course("edX+B")
    assert found is not None
    assert found.key == "EDX+b"
    assert state.course("edX+A") is None


def test_rows_that_name_no_course_ask_for_none() -> None:
    discovery = FakeDiscovery()

    read_state([CleanRow(line=2, group="", values={})], OPERATION, discovery)

    assert asked(discovery) == []


def test_courses_may_be_named_by_uuid() -> None:
    discovery = FakeDiscovery(courses=[course_answer("edX+A", uuid=UUID)])

    state = state_of(Needs(courses=(UUID,)), discovery)

    assert asked(discovery) == [("get_courses_by_uuid", [UUID])]
    assert state.course(UUID.upper()) == state.course("EDX+A") is not None


def test_a_run_is_found_with_its_course_in_one_request() -> None:
    discovery = FakeDiscovery(courses=[course_answer("edX+A", course_runs=[RUN])])

    state = state_of(Needs(runs=("course-v1:edx+a+3t2027",)), discovery)

    found = state.run(RUN_KEY)
    assert found is not None
    assert (found[0].key, found[1].key) == ("edX+A", RUN_KEY)
    assert [name for name, _ in asked(discovery)] == ["get_courses"]


def test_a_run_whose_course_got_another_key_is_found_all_the_same() -> None:
    discovery = FakeDiscovery(courses=[course_answer("edX+Renamed", course_runs=[{**RUN, "course": "edX+Renamed"}])])

    state = state_of(Needs(runs=(RUN_KEY,)), discovery)

    found = state.run(RUN_KEY)
    assert found is not None
    assert found[0].key == "edX+Renamed"
    assert asked(discovery) == [
        ("get_courses", ["edX+A"]),
        ("get_runs", [RUN_KEY]),
        ("get_courses", ["edX+Renamed"]),
    ]


def test_a_run_that_is_not_in_sight_is_absent() -> None:
    assert state_of(Needs(runs=(RUN_KEY,)), FakeDiscovery()).run(RUN_KEY) is None


def test_a_row_is_planned_on_the_state_that_was_read() -> None:
    discovery = FakeDiscovery(courses=[course_answer("edX+CS101")])
    row = clean_row()
    given = replace(plan_input(), state=read_state([row], OPERATION, discovery))

    there, absent = plan_row(row, OPERATION, given), plan_row(row, OPERATION, plan_input())

    assert (there.status, there.action, there.steps) == (RowStatus.SKIPPED, RowAction.NONE, ())
    assert (absent.status, absent.action) == (RowStatus.RUNNING, RowAction.CREATE)
