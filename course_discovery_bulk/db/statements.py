"""Statements bounded in size: MySQL takes none above its `max_allowed_packet`, and may hang up without saying so.

Rows are written in batches that fit. A statement that can never fit is not sent at all: StatementTooLarge is no passing
trouble, and trying again would not help. Other databases have no such limit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final, TypeVar

from django.db import OperationalError, connection, connections

from course_discovery_bulk.data.batches import in_batches_of
from course_discovery_bulk.exceptions import StatementTooLarge

Item = TypeVar("Item")

BATCH_BYTES: Final = 1_000_000
ROOM: Final = 16_384  # for the words of a statement around its values
MOST_FOR_CHARACTER: Final = 8  # bytes: four of UTF-8, or a sign and its escape
ESCAPED: Final = "\\'\"\n\r\0\x1a"
PACKET_TOO_LARGE: Final = 1153  # the server's number for it


def packet_bytes() -> int | None:
    """The most bytes that the server takes in one statement; None if it sets no limit."""
    return _packet_bytes(connection.alias) if connection.vendor == "mysql" else None


@cache
def _packet_bytes(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT @@max_allowed_packet")
        return int(cursor.fetchone()[0])


def literal_bytes(value: object) -> int:
    """The bytes that a text, or the JSON of anything else, takes in a statement."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return (len(text) if text.isascii() else len(text.encode())) + sum(map(text.count, ESCAPED))


def in_batches(items: Iterable[Item], size_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Items in order, as many at a time as fit in one statement; one that does not fit is alone."""
    most = min(BATCH_BYTES, (packet_bytes() or BATCH_BYTES + ROOM) - ROOM)
    return in_batches_of(most, items, size_of)


@contextmanager
def bounded_statements() -> Iterator[None]:
    """Within it, a statement that the server would never take raises StatementTooLarge and is not sent."""
    most = packet_bytes()
    if most is None:
        yield
        return
    try:
        with connection.execute_wrapper(partial(_refuse_too_large, most)):
            yield
    except OperationalError as error:
        if error.args[:1] == (PACKET_TOO_LARGE,):
            raise StatementTooLarge from error
        raise


def _refuse_too_large(
    most: int, execute: Callable[..., Any], sql: str, params: Sequence[Any] | None, *rest: Any
) -> Any:
    texts = [text for text in params or () if isinstance(text, str)]
    length = len(sql) + sum(map(len, texts))
    if length * MOST_FOR_CHARACTER > most and len(sql) + sum(map(literal_bytes, texts)) > most:
        raise StatementTooLarge
    return execute(sql, params, *rest)
