"""Calls inside this process: who makes them, where they go, and that they leave the caller's thread as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import transaction
from django.urls import get_urlconf, set_urlconf
from django.utils import translation
from rest_framework.authentication import BasicAuthentication

from course_discovery_bulk import conf
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.exceptions import Forbidden, Transient
from sandbox.discovery.authentication import TokenAuthentication
from sandbox.discovery.models import ChangeLog
from sandbox.discovery.seed import load_seed
from sandbox.discovery.throttles import OutsiderThrottle
from sandbox.discovery.views.courses import CourseViewSet

Open = Callable[..., DiscoveryClient]
SECONDS = 3600


class Signals:
    """The requests that began and ended, as Django's signals tell."""

    def __init__(self) -> None:
        self.begun: list[dict[str, Any]] = []
        self.ended = 0

    def begin(self, environ: dict[str, Any], **rest: Any) -> None:
        self.begun.append(environ)

    def end(self, **rest: Any) -> None:
        self.ended += 1


@pytest.fixture
def signals() -> Iterator[Signals]:
    heard = Signals()
    request_started.connect(heard.begin)
    request_finished.connect(heard.end)
    yield heard
    request_started.disconnect(heard.begin)
    request_finished.disconnect(heard.end)


@pytest.fixture
def open_as(settings: Any, tmp_path: Any) -> Open:
    settings.MEDIA_ROOT = str(tmp_path)
    cache.clear()
    load_seed()

    def make(name: str, *, host: str = "testserver", **chosen: Any) -> DiscoveryClient:
        user = get_user_model().objects.get(username=name)
        settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, **chosen}
        return open_client(user, host=host, settings=conf.read())

    return make


def new_course(client: DiscoveryClient, org: str = "edX") -> dict[str, Any]:
    types = client.course_options()["actions"]["POST"]["type"]["type_options"]
    uuid = next(item["uuid"] for item in types if item["name"] == "Audit Only")
    return {"org": org, "number": "INPROC", "title": "Made inside", "type": uuid, "product_source": "edx"}


@pytest.mark.django_db
def test_the_person_who_asks_is_the_one_who_did_it(open_as: Open) -> None:
    client = open_as("editor")

    made = client.create_course(new_course(client))

    assert ChangeLog.objects.get(object_key=made["key"]).user.username == "editor"
    with pytest.raises(Forbidden):
        client.create_course(new_course(client, org="MITx"))


@pytest.mark.django_db
@pytest.mark.parametrize("classes", [[TokenAuthentication], [BasicAuthentication], []])
def test_the_host_may_take_any_credentials(open_as: Open, classes: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CourseViewSet, "authentication_classes", classes)
    client = open_as("editor")

    assert client.create_course(new_course(client))["key"] == "edX+INPROC"


@pytest.mark.django_db
def test_a_throttle_of_the_host_holds_for_the_person(open_as: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OutsiderThrottle, "rate", "1/hour", raising=False)
    monkeypatch.setattr(OutsiderThrottle, "get_rate", lambda self: "1/hour")
    client = open_as("outsider")
    client.course_options()

    with pytest.raises(Transient) as found:
        client.course_options()

    assert found.value.status == 429
    assert found.value.retry_after is not None
    assert SECONDS - 60 < found.value.retry_after <= SECONDS


@pytest.mark.django_db(transaction=True)
def test_every_call_is_a_request_of_its_own_to_the_connections(open_as: Open, signals: Signals) -> None:
    client = open_as("staff")

    list(client.list_sources())
    client.course_options()

    assert (len(signals.begun), signals.ended) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_no_call_closes_its_connection(open_as: Open, signals: Signals) -> None:
    client = open_as("staff")

    with transaction.atomic():
        list(client.list_sources())
        is_open = get_user_model().objects.filter(username="staff").exists()

    assert is_open
    assert (signals.begun, signals.ended) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_the_host_is_that_of_the_upload_unless_the_settings_name_one(open_as: Open, signals: Signals) -> None:
    open_as("staff", host="a.example.org:8443").course_options()
    open_as("staff", host="a.example.org:8443", IN_PROCESS_HOST="b.example.org").course_options()

    assert [environ["HTTP_HOST"] for environ in signals.begun] == ["a.example.org:8443", "b.example.org"]
    assert {environ["wsgi.url_scheme"] for environ in signals.begun} == {"https"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("allowed", "base_url"),
    [
        (["discovery", "discovery.example.org"], "https://discovery"),
        ([".example.org"], "https://example.org"),
        (["*"], "https://localhost"),
        ([], "https://localhost"),
    ],
)
def test_without_an_upload_a_name_that_the_site_allows_is_used(
    open_as: Open, settings: Any, allowed: list[str], base_url: str
) -> None:
    settings.ALLOWED_HOSTS = allowed

    assert open_as("staff", host="").base_url == base_url


@pytest.mark.django_db(transaction=True)
def test_no_reading_has_an_address_that_a_cache_could_know(open_as: Open, signals: Signals) -> None:
    client = open_as("staff")
    for _time in range(2):
        client.get_course("edX+LEGACY1")
        list(client.get_courses(["edX+LEGACY1"]))
        list(client.list_editors(client.get_course("edX+LEGACY1")["uuid"]))

    addresses = [environ["PATH_INFO"] + environ["QUERY_STRING"] for environ in signals.begun]
    assert len(addresses) == len(set(addresses)) == 8


@pytest.mark.django_db
def test_language_and_addresses_of_the_caller_stay(open_as: Open) -> None:
    set_urlconf("sandbox.discovery.urls")
    try:
        with translation.override("fr"):
            open_as("staff").course_options()
            assert (translation.get_language(), get_urlconf()) == ("fr", "sandbox.discovery.urls")
    finally:
        set_urlconf(None)
