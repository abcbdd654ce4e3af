"""Plugging into a host's settings: what is added, what stays."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from typing import Any

import pytest

from course_discovery_bulk.plug import plug_in

HOST: dict[str, Any] = {
    "INSTALLED_APPS": ["rest_framework", "course_discovery.apps.core"],
    "MIDDLEWARE": ("corsheaders.middleware.CorsMiddleware",),
    "ROOT_URLCONF": "course_discovery.urls",
}


def plugged(*, times: int = 1, host: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    made = deepcopy(host or HOST)
    for _time in range(times):
        plug_in(made, **options)
    return made


@pytest.mark.parametrize("times", [1, 2])
def test_the_app_comes_last_and_its_addresses_first(times: int) -> None:
    assert plugged(times=times) == {
        "INSTALLED_APPS": ["rest_framework", "course_discovery.apps.core", "django_htmx", "course_discovery_bulk"],
        "MIDDLEWARE": ("corsheaders.middleware.CorsMiddleware", "django_htmx.middleware.HtmxMiddleware"),
        "ROOT_URLCONF": "course_discovery_bulk.root_urls",
        "BULK_OPERATIONS": {"HOST_URLCONF": "course_discovery.urls"},
    }


def test_what_the_host_has_already_stays() -> None:
    host = {**HOST, "INSTALLED_APPS": ["django_htmx"], "BULK_OPERATIONS": {"LANES": 2, "QUEUE": "a"}}

    made = plugged(host=host, QUEUE="bulk")

    assert made["INSTALLED_APPS"] == ["django_htmx", "course_discovery_bulk"]
    assert made["BULK_OPERATIONS"] == {"LANES": 2, "QUEUE": "bulk", "HOST_URLCONF": "course_discovery.urls"}


def test_a_host_may_have_a_url_configuration_of_its_own() -> None:
    made = plugged(host={**HOST, "ROOT_URLCONF": "site.urls"})

    assert made["BULK_OPERATIONS"]["HOST_URLCONF"] == "site.urls"


def test_a_process_that_reads_no_file_does_not_load_pandas() -> None:
    """Half a second and tens of megabytes of every web server and every command of the host."""
    modules = "course_discovery_bulk.tasks, course_discovery_bulk.api.urls"
    code = f"import django, sys; django.setup(); import {modules}; sys.exit('pandas' in sys.modules)"

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
