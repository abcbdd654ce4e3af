"""System checks: what in the host's settings would make the product misbehave, each with a stable id.

A number that is no longer used is never given again (W003 became E004). No check opens a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, register

from course_discovery_bulk import conf
from course_discovery_bulk.checks.celery import check_celery
from course_discovery_bulk.checks.database import check_database
from course_discovery_bulk.checks.files import check_files
from course_discovery_bulk.checks.plugged import check_plugged_in
from course_discovery_bulk.checks.settings import (
    check_names,
    check_notify,
    check_times,
    check_transport,
    check_values,
    check_words,
)
from course_discovery_bulk.checks.values import wrong_values

__all__ = ["check_host", "check_place", "check_settings"]


@register("course_discovery_bulk")
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What is wrong within `BULK_OPERATIONS`, and where uploaded files would lie."""
    wrong = check_values()
    if wrong:  # the other checks calculate with these values
        return [*check_names(), *wrong]
    chosen = conf.read()
    within = (
        *check_names(),
        *check_transport(chosen),
        *check_notify(chosen),
        *check_words(chosen),
        *check_times(chosen),
    )
    return [*within, *check_files(chosen)]


@register("course_discovery_bulk")
def check_host(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What in the host's Celery and database settings does not suit long jobs."""
    return [] if wrong_values() else [*check_celery(conf.read()), *check_database()]


@register("course_discovery_bulk")
def check_place(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What an installation still lacks before uploads can run."""
    return [] if wrong_values() else check_plugged_in(conf.read())
