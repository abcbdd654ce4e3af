"""Logs: what every record of ours says besides its text: the task, the line of its file, the request id of its calls.

Whoever begins with a task or a row says so once (`about`); every record until its end then carries it, from whatever
module. Numbers and kinds only: no text of a cell or of discovery, no name of a person.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

_facts: ContextVar[Mapping[str, object]] = ContextVar("course_discovery_bulk_facts", default=MappingProxyType({}))


class _Logger(logging.LoggerAdapter[logging.Logger]):
    """Adds what the records are about; what a record says itself goes first."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        return msg, {**kwargs, "extra": {**_facts.get(), **(kwargs.get("extra") or {})}}


def get_logger(name: str) -> logging.LoggerAdapter[logging.Logger]:
    """The logger of a module."""
    return _Logger(logging.getLogger(name), {})


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """Until the end of the block, every record of this thread carries these facts."""
    token = _facts.set({**_facts.get(), **facts})
    try:
        yield
    finally:
        _facts.reset(token)
