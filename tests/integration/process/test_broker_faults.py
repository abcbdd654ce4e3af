"""A broker that is gone, or takes everything and answers nothing: uploads are accepted all the same, and soon."""

import socket

import pytest

from tests.integration.process.work import deliver, each_once, finish, history, seconds_of

pytestmark = pytest.mark.slow


def test_upload_while_the_broker_is_down(site, client, start_worker, course_file):
    site.broker.stop()

    seconds, task = seconds_of(lambda: client.upload(course_file("DOWN", 2), "course_create"))

    assert seconds < 5
    assert client.task(task["id"])["status"] == "pending"
    site.broker.start()
    worker = start_worker()
    deliver(site, task["id"])
    assert finish(client, task["id"], worker)["status"] == "completed"
    assert history(site, "DOWN") == each_once("DOWN", 2)


@pytest.fixture
def black_hole(site):
    """In place of the broker, a listener that accepts connections and never says a word."""
    site.broker.stop()
    with socket.create_server(("127.0.0.1", site.broker.port)) as listener:
        yield listener


def test_upload_while_the_broker_never_answers(black_hole, client, course_file):
    seconds, task = seconds_of(lambda: client.upload(course_file("HOLE", 1), "course_create"))

    assert seconds < 6
    assert client.task(task["id"])["status"] == "pending"
