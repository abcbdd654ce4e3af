"""The client: how its calls look on the wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from course_discovery_bulk import __version__
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import DiscoveryError
from tests.unit.discovery.serving import (
    TOKEN,
    WHATEVER,
    connect,
    says,
    serving,
)


def test_a_creation_is_one_post_of_json() -> None:
    with serving(says({**WHATEVER, "key": "edX+CS101"}, 201)) as site:
        answer = connect(site).marked("bulk-1-2-1").create_course({"title": "Éléments 🎓"})

    assert answer["key"] == "edX+CS101"
    (seen,) = site.seen
    assert (seen.method, seen.target) == ("POST", "/api/v1/courses/")
    assert json.loads(seen.body) == {"title": "Éléments 🎓"}
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["x-request-id"] == "bulk-1-2-1"
    assert seen.headers["authorization"] == f"JWT {TOKEN}"
    assert seen.headers["user-agent"] == f"course-discovery-bulk/{__version__}"


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        (lambda client: client.update_course("edX+CS101", {}), "PATCH", "/api/v1/courses/edX+CS101/"),
        (lambda client: client.get_course("edX+CS101"), "GET", "/api/v1/courses/edX+CS101/"),
        (
            lambda client: client.update_run("course-v1:edX+CS101+1T2027", {}),
            "PATCH",
            "/api/v1/course_runs/course-v1:edX+CS101+1T2027/",
        ),
        (
            lambda client: client.get_run("course-v1:edX+CS101+1T2027"),
            "GET",
            "/api/v1/course_runs/course-v1:edX+CS101+1T2027/",
        ),
        (lambda client: client.get_course("../../admin?x#y z"), "GET", "/api/v1/courses/..%2F..%2Fadmin%3Fx%23y%20z/"),
        (lambda client: client.create_collaborator({"name": "x"}), "POST", "/api/v1/collaborators/"),
        (lambda client: client.course_options(), "OPTIONS", "/api/v1/courses/"),
        (lambda client: client.run_options(), "OPTIONS", "/api/v1/course_runs/"),
    ],
)
def test_where_calls_go(call: Callable[[DiscoveryClient], Any], method: str, path: str) -> None:
    with serving(says(WHATEVER)) as site:
        call(connect(site))

    (seen,) = site.seen
    assert (seen.method, urlsplit(seen.target).path) == (method, path)
    assert path.endswith("/")  # without the slash discovery redirects, and the body is lost


def test_a_base_address_may_end_in_a_slash() -> None:
    with serving(says(WHATEVER)) as site:
        connect(f"{site.url}/").course_options()

    assert site.seen[0].target == "/api/v1/courses/"


def test_every_read_of_a_state_asks_anew() -> None:
    with serving(says({"results": [], "next": None, "uuid": "1"})) as site:
        client = connect(site)
        for _time in range(2):
            list(client.get_courses(["edX+A"]))
            client.get_course("edX+A")
            client.get_run("course-v1:edX+A+1T2027")
            list(client.list_editors("1"))
            list(client.list_subjects())
            list(client.list_collaborators())

    markers = [seen.query["_"][0] for seen in site.seen]
    assert len(set(markers)) == 12


def test_a_plus_in_keys_is_no_blank() -> None:
    with serving(says({"results": []})) as site:
        list(connect(site).get_courses(["edX+CS101", "edX+CS102"]))

    (seen,) = site.seen
    assert "keys=edX%2BCS101%2CedX%2BCS102" in seen.target
    assert (seen.query["editable"], seen.query["limit"]) == (["1"], ["2"])


def test_many_keys_are_asked_for_in_addresses_that_servers_take() -> None:
    keys = [f"edX+COURSE-WITH-A-LONG-NUMBER-{number:04}" for number in range(250)]
    with serving(says({"results": [{"key": "x"}]})) as site:
        answers = list(connect(site).get_courses(keys))

    asked = [seen.query["keys"][0].split(",") for seen in site.seen]
    assert [key for batch in asked for key in batch] == keys
    assert max(len(seen.target) for seen in site.seen) < 4000
    assert [seen.query["limit"] for seen in site.seen] == [[str(len(batch))] for batch in asked]
    assert len(answers) == len(site.seen) >= 3


def test_a_call_that_belongs_to_no_row_is_logged_with_the_id_that_it_carried(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "course_discovery_bulk")
    with serving(says({"detail": "Not found."}, status=404)) as site:
        client = connect(site)
        for asked in (client, client.marked("bulk-7-3-1")):
            with pytest.raises(DiscoveryError):
                asked.course_options()

    carried = [seen.headers["x-request-id"] for seen in site.seen]
    assert [record.request_id for record in caplog.records if record.event == "bulk.call_failed"] == carried
    assert str(uuid.UUID(carried[0])) == carried[0]
    assert carried[1] == "bulk-7-3-1"


def test_a_client_knows_what_its_calls_are_marked_with() -> None:
    client = connect("https://discovery.example.org")

    assert client.request_id == ""
    assert client.marked("bulk-7-3-1").request_id == "bulk-7-3-1"


def test_no_keys_no_request() -> None:
    with serving(says(WHATEVER)) as site:
        assert list(connect(site).get_courses([])) == []

    assert site.seen == []


def test_calls_that_are_not_marked_can_still_be_told_apart() -> None:
    with serving(says(WHATEVER)) as site:
        client = connect(site)
        client.course_options()
        client.course_options()

    assert len({seen.headers["x-request-id"] for seen in site.seen}) == 2
