"""Whether the app is plugged in as it must be: its addresses, the way to discovery, and Publisher's way to us."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.http.request import split_domain_port, validate_host
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from course_discovery_bulk import conf
from course_discovery_bulk.choices import Transport

PUBLISHER_ADDRESS: Final = "/api/v1/bulk_operation_tasks/"
COURSES_ADDRESS: Final = "/api/v1/courses/"
TASK_LIST: Final = "bulk_operations_api:task-list"
OAUTH_LIBRARY: Final = "edx_rest_api_client"
COOKIE_HEADER: Final = "use-jwt-cookie"


def check_plugged_in(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """What stands around the app: addresses, host names, other origins."""
    return [*_addresses(), *_transport(chosen), *_origins(chosen)]


def _addresses() -> list[CheckMessage]:
    try:
        reverse(TASK_LIST)
    except NoReverseMatch:
        return [
            Error(
                "The app's addresses are not part of the site.",
                hint="Name course_discovery_bulk.root_urls in ROOT_URLCONF, or include course_discovery_bulk.urls "
                "before the other addresses.",
                id="course_discovery_bulk.E020",
            )
        ]
    if _view_at(PUBLISHER_ADDRESS) == TASK_LIST:
        return []
    return [
        Warning(
            f"{PUBLISHER_ADDRESS} leads to another view, so Publisher's upload page does not reach this app.",
            hint="Include course_discovery_bulk.urls before the other addresses.",
            id="course_discovery_bulk.W020",
        )
    ]


def _transport(chosen: conf.BulkSettings) -> list[CheckMessage]:
    if chosen.transport == Transport.HTTP:
        return _token_library(chosen)
    return [*_discovery_is_here(), *_in_process_host(chosen)]


def _token_library(chosen: conf.BulkSettings) -> list[CheckMessage]:
    if chosen.discovery_token or not chosen.has_client_credentials or find_spec(OAUTH_LIBRARY):
        return []
    return [
        Error(
            "Client credentials need the package edx-rest-api-client.",
            hint="Install the extra: pip install 'course-discovery-bulk[http]'.",
            id="course_discovery_bulk.E021",
        )
    ]


def _discovery_is_here() -> list[CheckMessage]:
    if _view_at(COURSES_ADDRESS) is not None:
        return []
    return [
        Error(
            f"The in_process transport needs course-discovery in this site, but nothing answers at {COURSES_ADDRESS}.",
            hint="Install the app into course-discovery, or use the http transport.",
            id="course_discovery_bulk.E022",
        )
    ]


def _in_process_host(chosen: conf.BulkSettings) -> list[CheckMessage]:
    host = split_domain_port(chosen.in_process_host)[0]
    if not chosen.in_process_host or validate_host(host, settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            "ALLOWED_HOSTS does not allow BULK_OPERATIONS['IN_PROCESS_HOST'], so every call to discovery would fail.",
            hint="Use the host name of a site that ALLOWED_HOSTS allows.",
            id="course_discovery_bulk.E023",
        )
    ]


def _origins(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """Publisher is a site of its own: its page may call this one only if the headers for that are switched on."""
    publisher = urlsplit(chosen.publisher_url)
    if not publisher.netloc or not apps.is_installed("corsheaders"):
        return []
    if _may_call(f"{publisher.scheme}://{publisher.netloc}"):
        return []
    return [
        Warning(
            "The page of PUBLISHER_URL may not call this site from a browser.",
            hint="Add its origin to CORS_ALLOWED_ORIGINS and CSRF_TRUSTED_ORIGINS, set CORS_ALLOW_CREDENTIALS, and "
            f"add {COOKIE_HEADER} to CORS_ALLOW_HEADERS.",
            id="course_discovery_bulk.W021",
        )
    ]


def _may_call(origin: str) -> bool:
    from corsheaders.conf import conf as cors  # noqa: PLC0415 - an app of the host, installed if we come here

    is_listed = cors.CORS_ALLOW_ALL_ORIGINS or origin in cors.CORS_ALLOWED_ORIGINS
    is_alike = any(re.match(pattern, origin) for pattern in cors.CORS_ALLOWED_ORIGIN_REGEXES)
    headers = {name.lower() for name in cors.CORS_ALLOW_HEADERS}
    return bool(
        (is_listed or is_alike) and cors.CORS_ALLOW_CREDENTIALS and COOKIE_HEADER in headers and _may_write(origin)
    )


def _may_write(origin: str) -> bool:
    """Whether Django's CSRF check takes the origin; it may be given as https://*.example.org."""
    return any(fnmatchcase(origin, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _view_at(address: str) -> str | None:
    """The name of the view at an address, which may be empty; None where nothing is there."""
    try:
        return str(resolve(address).view_name or "")
    except Resolver404:
        return None
