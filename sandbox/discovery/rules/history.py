"""Writes the history."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.discovery.models import ChangeLog, User


def remember(user: User, verb: str, object_type: str, key: str, fields: Iterable[str] = ()) -> None:
    """Note that `user` did `verb` to an object."""
    ChangeLog.objects.create(user=user, verb=verb, object_type=object_type, object_key=key, fields=sorted(fields))
