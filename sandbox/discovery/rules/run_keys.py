"""The keys of runs: worked out from the start date, or from a term where the organisation names its own."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from itertools import count

from sandbox.discovery.models import Course, CourseRun

ALLOWED = re.compile(r"[\w\-~.:]+")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class BadRunKey(Exception):
    """A part of a run's key has characters that keys may not have."""


def split_course_key(key: str) -> tuple[str, str]:
    """Organisation and number of `edX+CS1` or `edX/CS1`; ValueError for anything else."""
    parts = key.split("/") if "/" in key else key.split("+")
    if len(parts) != 2:
        raise ValueError(f'Could not understand course key fragment "{key}".')
    return parts[0], parts[1]


def _letters(number: int) -> str:
    """0 is nothing, then a, b, ... z, aa, ab, ..."""
    text = ""
    while number:
        number, digit = divmod(number - 1, len(LETTERS))
        text = LETTERS[digit] + text
    return text


def free_term(number: str, start: datetime) -> str:
    """The third of the year a run starts in, with a letter if any run whose key contains this number has it.

    So a run of CS101 takes the term from CS1, and a run of the same number in another organisation does too.
    """
    moment = start.astimezone(UTC)
    term = f"{math.ceil(moment.month / 4)}T{moment.year}"
    keys = CourseRun.objects.filter(key__contains=number).values_list("key", flat=True)
    taken = {key.rsplit("+", 1)[-1] for key in keys if number in key}
    return next(term + letters for letters in map(_letters, count()) if term + letters not in taken)


def run_key(course: Course, start: datetime, term: str | None) -> str:
    """The key of a new run of a course; BadRunKey if the term does not fit into one."""
    organization, number = split_course_key(course.key_for_reruns or course.key)
    may_choose = any(not owner.auto_generate_course_run_keys for owner in course.owners.all())
    run = term if may_choose and term is not None else free_term(number, start)
    for name, part in (("org", organization), ("course", number), ("run", run)):
        if not ALLOWED.fullmatch(part):
            raise BadRunKey(f"Special characters not allowed in field {name}: '{part}'")
    return f"course-v1:{organization}+{number}+{run}"
