"""What would not work within `BULK_OPERATIONS` itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.checks import CheckMessage, Error, Warning

from course_discovery_bulk import conf
from course_discovery_bulk.checks.values import wrong_values
from course_discovery_bulk.choices import DateOrder, LastDayTime, Notify, Transport

MARGIN_SECONDS = 20  # what a job needs beside waiting: saving, and its own start and end


def check_names() -> list[CheckMessage]:
    """Keys that are no settings."""
    return [
        Warning(
            f"BULK_OPERATIONS has no setting {name}.",
            hint="Compare it with the settings reference.",
            id="course_discovery_bulk.W001",
        )
        for name in conf.unknown_names()
    ]


def check_values() -> list[CheckMessage]:
    """Values that cannot be used: of the wrong type, or numbers that are too small."""
    return [
        Error(
            f"{_in_dict(wrong.name)} has a value that cannot be used.",
            hint=f"Make it {wrong.expected}.",
            id="course_discovery_bulk.E012",
        )
        for wrong in wrong_values()
    ]


def _in_dict(name: str) -> str:
    return name if name == conf.SETTINGS_NAME else f"{conf.SETTINGS_NAME}['{name}']"


def check_transport(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """How discovery is reached."""
    if chosen.transport not in Transport.values:
        return [
            Error(
                f"BULK_OPERATIONS['TRANSPORT'] is {chosen.transport!r}.",
                hint=f"Use one of: {', '.join(Transport.values)}.",
                id="course_discovery_bulk.E001",
            )
        ]
    if chosen.transport == Transport.HTTP and not chosen.reaches_discovery_over_http:
        return [
            Error(
                "The http transport needs DISCOVERY_URL, and DISCOVERY_TOKEN or client credentials.",
                hint="Set OAUTH_URL, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET, or use the in_process transport.",
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


def check_notify(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """When uploaders get mails: a word that means nothing would mean never."""
    if chosen.notify in Notify.values:
        return []
    return [
        Error(
            f"BULK_OPERATIONS['NOTIFY'] is {chosen.notify!r}.",
            hint=f"Use one of: {', '.join(Notify.values)}.",
            id="course_discovery_bulk.E010",
        )
    ]


def check_words(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """Settings that take one of a few words."""
    found = []
    if chosen.date_order not in ("", *DateOrder.values):
        found.append(_wrong_word("DATE_ORDER", chosen.date_order, DateOrder.values))
    if chosen.last_day_time not in LastDayTime.values:
        found.append(_wrong_word("LAST_DAY_TIME", chosen.last_day_time, LastDayTime.values))
    return found


def _wrong_word(name: str, word: str, words: Iterable[str]) -> CheckMessage:
    return Error(
        f"BULK_OPERATIONS['{name}'] is {word!r}.",
        hint=f"Use one of: {', '.join(words)}.",
        id="course_discovery_bulk.E013",
    )


def check_times(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """Limits that would end a job in the middle of an ordinary wait."""
    return [*_lease(chosen), *_limits(chosen)]


def _lease(chosen: conf.BulkSettings) -> list[CheckMessage]:
    if chosen.lease_seconds > chosen.read_seconds + MARGIN_SECONDS:
        return []
    return [
        Error(
            "LEASE_SECONDS is too short: a worker that waits for one slow answer would lose its task.",
            hint=f"Make it more than READ_SECONDS + {MARGIN_SECONDS}.",
            id="course_discovery_bulk.E004",
        )
    ]


def _limits(chosen: conf.BulkSettings) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    quiet = chosen.quiet_seconds if chosen.transport == Transport.HTTP else 0
    if chosen.soft_time_limit < chosen.slice_seconds + chosen.read_seconds + quiet + MARGIN_SECONDS:
        found.append(
            Error(
                "SOFT_TIME_LIMIT is too short: Celery would interrupt jobs that only wait for a slow answer.",
                hint=f"Make it at least SLICE_SECONDS + READ_SECONDS + {MARGIN_SECONDS}, and with the http transport "
                "QUIET_SECONDS more.",
                id="course_discovery_bulk.E005",
            )
        )
    if chosen.time_limit <= chosen.soft_time_limit:
        found.append(
            Error(
                "TIME_LIMIT is not above SOFT_TIME_LIMIT: Celery would kill jobs before they can hand over.",
                hint="Make TIME_LIMIT about 30 seconds more than SOFT_TIME_LIMIT.",
                id="course_discovery_bulk.E006",
            )
        )
    return found
