"""What a value was probably meant to be, as a problem says it."""

from __future__ import annotations

from typing import Final

from course_discovery_bulk.problems.catalogue import AMBIGUOUS_DATE
from course_discovery_bulk.problems.problem import Problem
from course_discovery_bulk.text.messages import Phrase

_SUGGESTED: Final = ("first", "second", "third")


def suggested_values(found: Problem) -> tuple[str, ...]:
    """The values that may be meant, the likeliest first; nothing if only a person can know."""
    phrase = found.facts.get("suggestion")
    if isinstance(phrase, Phrase):
        facts = phrase.facts
    elif found.code == AMBIGUOUS_DATE.code:
        facts = found.facts
    else:
        return ()
    return tuple(str(facts[name]) for name in _SUGGESTED if name in facts)
