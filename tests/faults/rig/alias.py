"""Lets this process look into the database of a running site with Django's own models.

The settings of this process were read once and name another database; the site's is added as an alias, and taken
away with the site. Reads go `Model.objects.using(alias)`.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connections


def add_alias(settings: dict[str, Any]) -> str:
    """Make a database reachable; the alias."""
    alias = f"site_{uuid.uuid4().hex[:8]}"
    default = connections.settings["default"]
    connections.settings[alias] = connections.configure_settings({"default": default, alias: dict(settings)})[alias]
    return alias


def remove_alias(alias: str) -> None:
    """Close the connection and forget the database."""
    connections[alias].close()
    del connections[alias]
    del connections.settings[alias]
