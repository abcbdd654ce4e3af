"""Plugged into a host that has an endpoint of its own at the same address, or none: who answers, and what is told."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, include, path, resolve

from course_discovery_bulk.checks import check_place

ADDRESS = "/api/v1/bulk_operation_tasks/"
ROOT = "course_discovery_bulk.root_urls"
HOST = "a_host_for_tests.urls"


def in_tree(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the host's own")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("the host's 404", status=404)


def host_urls(*, has_feature: bool = True, has_courses: bool = True) -> ModuleType:
    """The URL configuration of a host: a release with the in-tree endpoint, or an older one without."""
    module = ModuleType(HOST)
    courses = [path("", include("sandbox.discovery.urls"))] if has_courses else []
    own = [path("api/v1/bulk_operation_tasks/", in_tree)] if has_feature else []
    module.urlpatterns = [*own, *courses]  # type: ignore[attr-defined]
    module.handler404 = not_found  # type: ignore[attr-defined]
    return module


@pytest.fixture
def plug(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes a host the site of this test; `root` is what its ROOT_URLCONF names."""

    def make(root: str = ROOT, *, allowed_hosts: list[str] | None = None, **kind: bool) -> None:
        monkeypatch.setitem(sys.modules, HOST, host_urls(**kind))
        sys.modules.pop(ROOT, None)
        settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "HOST_URLCONF": HOST}
        settings.ROOT_URLCONF = root
        settings.ALLOWED_HOSTS = allowed_hosts or ["testserver", ".example.org"]
        clear_url_caches()

    yield make
    sys.modules.pop(ROOT, None)  # it was made for that host
    clear_url_caches()


def ids(settings: Any, **chosen: Any) -> list[str]:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, **chosen}
    return [str(message.id).rpartition(".")[2] for message in check_place(None)]


@pytest.mark.parametrize("has_feature", [True, False])
def test_ours_answers_whether_the_host_has_the_feature_or_not(
    plug: Callable[..., None], settings: Any, db: None, has_feature: bool
) -> None:
    plug(has_feature=has_feature)

    answer = Client().get(ADDRESS)

    assert resolve(ADDRESS).view_name == "bulk_operations_api:task-list"
    assert (answer.status_code, answer.json()["code"]) == (401, "NOT_AUTHENTICATED")
    assert ids(settings) == []


def test_the_rest_of_the_host_is_as_before(plug: Callable[..., None], db: None) -> None:
    plug()

    answer = Client().get("/nowhere/")

    assert resolve("/api/v1/courses/").view_name == "course-list"
    assert (answer.status_code, answer.content) == (404, b"the host's 404")


def test_a_host_may_include_the_addresses_itself(plug: Callable[..., None], settings: Any) -> None:
    plug(root=HOST)
    module = sys.modules[HOST]
    module.urlpatterns.insert(0, path("", include("course_discovery_bulk.urls")))  # type: ignore[attr-defined]

    assert ids(settings) == []


def test_addresses_that_are_not_there_are_missed(plug: Callable[..., None], settings: Any) -> None:
    plug(root=HOST)

    assert ids(settings) == ["E020"]


def test_addresses_that_come_too_late_are_told(plug: Callable[..., None], settings: Any) -> None:
    plug(root=HOST)
    module = sys.modules[HOST]
    module.urlpatterns.append(path("", include("course_discovery_bulk.urls")))  # type: ignore[attr-defined]

    assert ids(settings) == ["W020"]


def test_in_process_needs_discovery_beside_it(plug: Callable[..., None], settings: Any) -> None:
    plug(has_courses=False)

    assert ids(settings) == ["E022"]
    assert ids(settings, TRANSPORT="http", DISCOVERY_TOKEN="t", DISCOVERY_URL="https://d.example.org") == []


@pytest.mark.parametrize(
    ("host", "found"),
    [("", []), ("testserver", []), ("a.example.org:8000", []), ("elsewhere.org", ["E023"]), ("a b", ["E023"])],
)
def test_the_host_of_in_process_calls_must_be_allowed(
    plug: Callable[..., None], settings: Any, host: str, found: list[str]
) -> None:
    plug()

    assert ids(settings, IN_PROCESS_HOST=host) == found


def test_client_credentials_need_their_library(
    plug: Callable[..., None], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug()
    chosen = {
        "TRANSPORT": "http",
        "DISCOVERY_URL": "https://d.example.org",
        "OAUTH_URL": "https://lms.example.org",
        "OAUTH_CLIENT_ID": "bulk",
        "OAUTH_CLIENT_SECRET": "secret",
    }
    assert ids(settings, **chosen) == []

    monkeypatch.setattr("course_discovery_bulk.checks.plugged.find_spec", lambda name: None)

    assert ids(settings, **chosen) == ["E021"]
    assert ids(settings, DISCOVERY_TOKEN="t") == []


GOOD_ORIGIN = {
    "CORS_ALLOWED_ORIGINS": ["https://publisher.example.org"],
    "CSRF_TRUSTED_ORIGINS": ["https://publisher.example.org"],
    "CORS_ALLOW_CREDENTIALS": True,
    "CORS_ALLOW_HEADERS": ["accept", "USE-JWT-COOKIE"],
}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"CORS_ALLOWED_ORIGINS": [], "CORS_ALLOWED_ORIGIN_REGEXES": [r"https://\w+\.example\.org"]}, []),
        ({"CORS_ALLOWED_ORIGINS": ["https://other.example.org"]}, ["W021"]),
        ({"CORS_ALLOWED_ORIGINS": [], "CORS_ALLOWED_ORIGIN_REGEXES": [r"https://\w+\.example\.com"]}, ["W021"]),
        ({"CSRF_TRUSTED_ORIGINS": ["https://*.example.org"]}, []),
        ({"CSRF_TRUSTED_ORIGINS": []}, ["W021"]),
        ({"CORS_ALLOW_CREDENTIALS": False}, ["W021"]),
        ({"CORS_ALLOW_HEADERS": ["accept"]}, ["W021"]),
    ],
)
def test_publisher_must_be_let_in_by_the_headers(
    plug: Callable[..., None], settings: Any, change: dict[str, Any], found: list[str]
) -> None:
    plug()
    for name, value in {"CORS_ALLOWED_ORIGIN_REGEXES": [], **GOOD_ORIGIN, **change}.items():
        setattr(settings, name, value)

    assert ids(settings, PUBLISHER_URL="https://publisher.example.org/courses") == found
    assert ids(settings, PUBLISHER_URL="") == []


def test_the_tables_do_not_clash_with_tables_of_the_same_model_names() -> None:
    from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

    tables = {model._meta.db_table for model in (BulkOperationTask, BulkOperationRow)}
    names = BulkOperationTask._meta.get_field("uploaded_by").remote_field.get_accessor_name()

    assert all(table.startswith("course_discovery_bulk_") for table in tables)
    assert names == "course_discovery_bulk_tasks"  # the in-tree model has taken `bulk_operation_tasks`


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", "course_discovery_bulk", check=True, dry_run=True, verbosity=0)


def test_the_checks_run_with_the_others() -> None:
    importlib.import_module("course_discovery_bulk.checks.plugged")

    call_command("check", "--tag", "course_discovery_bulk")
