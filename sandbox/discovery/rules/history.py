"""Writes the history, and lets the layer around a call see what that call wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sandbox.discovery.models import ChangeLog, User

REQUEST_ID_LENGTH = 64


@dataclass(kw_only=True)
class _Watch:
    request_id: str = ""
    written: list[int] = field(default_factory=list)


_watch: ContextVar[_Watch | None] = ContextVar("history_watch", default=None)


def remember(user: User, verb: str, object_type: str, key: str, fields: Iterable[str] = ()) -> None:
    """Note that `user` did `verb` to an object."""
    watch = _watch.get() or _Watch()
    row = ChangeLog.objects.create(
        user=user,
        verb=verb,
        object_type=object_type,
        object_key=key,
        fields=sorted(fields),
        request_id=watch.request_id[:REQUEST_ID_LENGTH],
    )
    watch.written.append(row.pk)


@contextmanager
def watch(request_id: str) -> Iterator[list[int]]:
    """Mark what is noted inside with the id of a request; gives the notes' keys, also of those rolled back later."""
    watching = _Watch(request_id=request_id)
    token = _watch.set(watching)
    try:
        yield watching.written
    finally:
        _watch.reset(token)


def committed(written: Iterable[int]) -> list[tuple[str, str, str]]:
    """Verb, kind and key of those notes that are really there."""
    kept = set(written)
    if not kept:
        return []
    return list(ChangeLog.objects.filter(pk__in=kept).values_list("verb", "object_type", "object_key"))
