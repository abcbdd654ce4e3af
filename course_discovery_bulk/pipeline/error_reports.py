"""Turns a bug of ours into a problem with a reference, and logs where it happened without what was in the cells."""

from __future__ import annotations

import traceback
import uuid

from course_discovery_bulk.db.statements import packet_bytes
from course_discovery_bulk.exceptions import StatementTooLarge
from course_discovery_bulk.problems import INTERNAL_ERROR, TOO_LARGE_TO_STORE, Place, Problem, problem
from course_discovery_bulk.text.logs import get_logger

logger = get_logger(__name__)


def report_incident(error: BaseException, *, line: int | None = None) -> Problem:
    """Log the place of an unexpected error and give the problem that carries its reference.

    What is too large for the database is nobody's bug, and is a problem of its own.

    The error's own text stays out of the log: it may quote a cell, and cells hold e-mail addresses.
    """
    if isinstance(error, StatementTooLarge):
        return problem(TOO_LARGE_TO_STORE, Place(line=line), limit=packet_bytes() or 0)
    reference = uuid.uuid4().hex[:12]
    logger.error(
        "incident %s: %s at row %s\n%s",
        reference,
        type(error).__name__,
        line,
        "".join(traceback.format_tb(error.__traceback__)),
        extra={"event": "bulk.incident", "reference": reference, **({} if line is None else {"line": line})},
    )
    return problem(INTERNAL_ERROR, Place(line=line), reference=reference)
