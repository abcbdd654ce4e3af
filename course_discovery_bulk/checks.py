"""System checks: what in the host's settings would make the product misbehave, each with a stable id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from course_discovery_bulk import conf
from course_discovery_bulk.choices import Transport

LEASE_MARGIN_SECONDS = 20


@register("course_discovery_bulk")
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """All checks of `BULK_OPERATIONS` and of what it leans on."""
    chosen = conf.read()
    return [
        *_unknown_settings(),
        *_transport(chosen),
        *_lease(chosen),
        *_storage(chosen),
    ]


def _unknown_settings() -> list[CheckMessage]:
    return [
        Warning(
            f"BULK_OPERATIONS has no setting {name}.",
            hint="Compare it with the settings reference.",
            id="course_discovery_bulk.W001",
        )
        for name in conf.unknown_names()
    ]


def _transport(chosen: conf.BulkSettings) -> list[CheckMessage]:
    if chosen.transport not in Transport.values:
        return [
            Error(
                f"BULK_OPERATIONS['TRANSPORT'] is {chosen.transport!r}.",
                hint=f"Use one of: {', '.join(Transport.values)}.",
                id="course_discovery_bulk.E001",
            )
        ]
    if chosen.transport == Transport.HTTP and not (chosen.discovery_url and chosen.discovery_token):
        return [
            Error(
                "The http transport needs DISCOVERY_URL and DISCOVERY_TOKEN.",
                hint="Set both, or use the in_process transport.",
                id="course_discovery_bulk.E002",
            )
        ]
    if chosen.transport == Transport.HTTP:
        return [
            Warning(
                "The http transport acts as the owner of the token, so it serves uploads by staff only.",
                hint="Where the app is plugged into discovery itself, use the in_process transport.",
                id="course_discovery_bulk.W002",
            )
        ]
    return []


def _lease(chosen: conf.BulkSettings) -> list[CheckMessage]:
    if chosen.lease_seconds > chosen.read_seconds + LEASE_MARGIN_SECONDS:
        return []
    return [
        Warning(
            "LEASE_SECONDS is too short: a worker that waits for one slow answer would lose its task.",
            hint=f"Make it more than READ_SECONDS + {LEASE_MARGIN_SECONDS}.",
            id="course_discovery_bulk.W003",
        )
    ]


def _storage(chosen: conf.BulkSettings) -> list[CheckMessage]:
    if chosen.storage_alias in settings.STORAGES or not settings.MEDIA_ROOT:
        return []
    folder, media = conf.storage_folder(chosen).resolve(), Path(settings.MEDIA_ROOT).resolve()
    if media != folder and media not in folder.parents:
        return []
    return [
        Error(
            "Uploaded files would be kept below MEDIA_ROOT, where the web server may show them to anybody.",
            hint="Set STORAGE_LOCATION to a folder outside MEDIA_ROOT, or add the alias to STORAGES.",
            id="course_discovery_bulk.E003",
        )
    ]
