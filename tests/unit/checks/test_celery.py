"""System checks of the host's Celery: read from the app that jobs are sent with, without asking a broker."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import celery
import pytest
from celery import Celery, current_app
from django.core.checks import run_checks

from course_discovery_bulk import conf
from course_discovery_bulk.checks.celery import check_celery

TRANSPORT = {"visibility_timeout": 3600, "socket_timeout": 10}
GOOD = {
    "broker_url": "redis://:secret-password@redis.example.org:6379/0",
    "broker_transport_options": TRANSPORT,
    "worker_prefetch_multiplier": 1,
    "broker_connection_max_retries": None,
}
PUBLIC = "redis://192.0.2.1:6379/0"  # an address that nobody has


@pytest.fixture
def ids() -> Iterator[Callable[..., list[str]]]:
    """Check a Celery app of these settings, as the host's."""
    before = current_app._get_current_object()

    def check(**config: Any) -> list[str]:
        app = Celery("host", set_as_current=True)
        app.conf.update(config)
        return [str(message.id).rpartition(".")[2] for message in check_celery(conf.read())]

    yield check
    before.set_current()


def test_what_is_recommended_is_fine(ids) -> None:
    assert ids(**GOOD) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"task_always_eager": True}, ["W004"]),
        ({"broker_url": None}, ["W005"]),
        ({"broker_url": "memory://"}, ["W006"]),
        ({"broker_url": "filesystem://"}, ["W006"]),
        ({"broker_url": ["memory://", "redis://x"]}, ["W006"]),
        ({"broker_url": "amqp://x", "broker_transport_options": {}}, []),
        ({"broker_connection_max_retries": 100}, ["W015"]),
        ({"broker_connection_max_retries": 0}, []),
        ({"worker_prefetch_multiplier": 4}, ["W007"]),
        ({"worker_prefetch_multiplier": 0}, ["W007"]),
        ({"worker_prefetch_multiplier": 4, "worker_disable_prefetch": True}, []),
        ({"accept_content": ["json", "pickle"]}, ["W008"]),
        ({"accept_content": ["application/x-python-serialize"]}, ["W008"]),
        ({"broker_transport_options": {**TRANSPORT, "visibility_timeout": 209}}, ["W009"]),
        ({"broker_transport_options": {**TRANSPORT, "visibility_timeout": 210}}, []),
        ({"broker_transport_options": {"socket_timeout": 10}}, []),
        ({"broker_transport_options": {"visibility_timeout": 3600}}, ["W010"]),
        ({"broker_url": "rediss://x", "broker_transport_options": {}}, ["W010"]),
        ({"broker_url": "sentinel://x;sentinel://y", "broker_transport_options": {}}, ["W010"]),
        ({"worker_cancel_long_running_tasks_on_connection_loss": True}, ["W011"]),
    ],
)
def test_each_setting_that_does_not_suit_is_told(ids, change: dict[str, Any], found: list[str]) -> None:
    assert ids(**{**GOOD, **change}) == found


@pytest.mark.parametrize("change", [{"task_always_eager": True}, {"broker_url": "memory://"}])
def test_what_is_for_development_is_fine_there(ids, settings: Any, change: dict[str, Any]) -> None:
    settings.DEBUG = True

    assert ids(**{**GOOD, **change}) == []


@pytest.mark.parametrize(
    ("version", "change", "found"),
    [
        ("5.7.0", {"task_acks_late": True}, ["W012"]),
        ("5.7.0", {"task_acks_late": True, "worker_concurrency": 2}, ["W012"]),
        ("5.7.0", {"task_acks_late": True, "worker_concurrency": 1}, []),
        ("5.7.0", {"task_acks_late": True, "broker_url": "amqp://x"}, []),
        ("5.7.0", {}, []),
        ("5.6.3", {"task_acks_late": True}, []),
    ],
)
def test_the_release_that_dies_with_its_broker_is_told_where_it_would(
    ids, monkeypatch: pytest.MonkeyPatch, version: str, change: dict[str, Any], found: list[str]
) -> None:
    monkeypatch.setattr(celery, "__version__", version)

    assert ids(**{**GOOD, **change}) == found


def test_no_broker_is_asked(ids, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("a check opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert ids(**{**GOOD, "broker_url": PUBLIC}) == []


def test_no_message_shows_the_password_of_the_broker(ids) -> None:
    ids(**{**GOOD, "broker_transport_options": {}, "worker_prefetch_multiplier": 4})

    found = check_celery(conf.read())
    assert len(found) == 2
    assert "secret-password" not in repr(found)
    assert all(message.hint for message in found)


def test_django_runs_them_on_the_stand_in_sites_own_app() -> None:
    found = [str(message.id) for message in run_checks(tags=["course_discovery_bulk"])]

    assert found == ["course_discovery_bulk.W006"]  # a broker in memory, unless a test starts a real one
