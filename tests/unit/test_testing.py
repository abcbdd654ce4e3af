"""The discovery in memory that tests of operations use: as the real client on the outside."""

from __future__ import annotations

import inspect

import pytest

from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.snapshots import read_run
from course_discovery_bulk.exceptions import AnswerLost, NotFound, Transient
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.testing import EMPTY_RUN, FakeDiscovery, course_answer
from course_discovery_bulk.testing.discovery import WRITES

CALLS = [name for name in vars(FakeDiscovery) if name.startswith((*WRITES, "get_", "list_"))]


@pytest.mark.parametrize("name", CALLS)
def test_the_fake_is_called_as_the_client_is(name: str) -> None:
    assert inspect.signature(getattr(FakeDiscovery, name)) == inspect.signature(getattr(DiscoveryClient, name))


def with_a_run(**options: list[str]) -> FakeDiscovery:
    seats = [{"type": "verified", "price": "49.00", "upgrade_deadline_override": "2027-12-01T00:00:00Z"}]
    run = {**EMPTY_RUN, "key": "course-v1:edX+A+1", "seats": seats}
    return FakeDiscovery(courses=[course_answer("edX+A", course_runs=[run])], **options)


def test_a_run_keeps_what_an_update_sends() -> None:
    discovery = with_a_run()

    discovery.update_run("course-v1:edX+A+1", {"min_effort": 3, "prices": {"verified": "99.00"}})

    fields = read_run(discovery.get_run("course-v1:edX+A+1"), known_fields()).fields
    assert (fields["min_effort"], fields["prices"]) == (3, {"verified": "99.00"})
    assert fields["upgrade_deadline_override"] is None  # an update that does not send it blanks it, as in the service


def test_a_field_that_is_not_kept_is_lost_without_an_error() -> None:
    discovery = with_a_run(does_not_keep=["min_effort"])

    discovery.update_run("course-v1:edX+A+1", {"min_effort": 3, "max_effort": 5})

    run = discovery.get_run("course-v1:edX+A+1")
    assert (run["min_effort"], run["max_effort"]) == (None, 5)


@pytest.mark.parametrize(("after_effect", "is_there"), [(False, False), (True, True)])
def test_a_call_fails_before_or_after_it_takes_effect(*, after_effect: bool, is_there: bool) -> None:
    discovery = FakeDiscovery()
    discovery.fail("create_collaborator", Transient("busy"), after_effect=after_effect)

    with pytest.raises(Transient):
        discovery.create_collaborator({"name": "New Co"})

    assert bool(list(discovery.list_collaborators())) is is_there


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        FakeDiscovery().get_run("course-v1:edX+A+1")


def test_an_answer_is_a_copy() -> None:
    discovery = with_a_run()

    discovery.get_course("edX+A")["title"] = "Changed by the test"

    assert discovery.get_course("edX+A")["title"] == "A course"


def test_marking_its_calls_changes_nothing() -> None:
    discovery = FakeDiscovery()

    assert discovery.marked("bulk-1-2-1") is discovery


@pytest.mark.parametrize("course", ["uuid-of-edx+a", "uuid-of-no-course"])
def test_an_editor_twice_and_an_unknown_course_are_answered_alike(course: str) -> None:
    discovery = with_a_run()

    with pytest.raises(AnswerLost):
        discovery.add_editor({"course": course, "user_id": 7})
