"""Whether the default database suits workers that write to the same tables at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import django
from django.core.checks import CheckMessage, Warning
from django.db import DEFAULT_DB_ALIAS, connections

MYSQL: Final = "mysql"  # MariaDB as well
SUITABLE: Final = "read committed"
CHARSET: Final = "utf8mb4"
DJANGOS_CHARSET: Final = CHARSET if django.VERSION >= (5, 2) else "utf8"


def check_database() -> list[CheckMessage]:
    """What its options say, without connecting."""
    connection = connections[DEFAULT_DB_ALIAS]
    return check_options(connection.vendor, connection.settings_dict.get("OPTIONS") or {})


def check_options(vendor: str, options: Mapping[str, Any]) -> list[CheckMessage]:
    """The OPTIONS of a database, by the vendor name that Django gives it."""
    return [*_isolation(options), *_charset(options)] if vendor == MYSQL else []


def _isolation(options: Mapping[str, Any]) -> list[CheckMessage]:
    if str(options.get("isolation_level", SUITABLE)).lower() == SUITABLE:
        return []
    return [
        Warning(
            "The database does not run at the isolation level read committed: workers would meet deadlocks and see "
            "old states of each other's rows.",
            hint=f"Leave isolation_level out of the OPTIONS of the database, or set it to '{SUITABLE}'.",
            id="course_discovery_bulk.W013",
        )
    ]


def _charset(options: Mapping[str, Any]) -> list[CheckMessage]:
    if str(options.get("charset", DJANGOS_CHARSET)).lower() == CHARSET:
        return []
    return [
        Warning(
            "The connection to the database is not utf8mb4: rows with emoji or rare letters cannot be stored.",
            hint=f"Set charset to '{CHARSET}' in the OPTIONS of the database.",
            id="course_discovery_bulk.W014",
        )
    ]
