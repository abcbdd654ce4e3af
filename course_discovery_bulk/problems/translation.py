"""Problems in the reader's language, told from the facts that are stored beside their texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from course_discovery_bulk.problems.catalogue import CATALOGUE
from course_discovery_bulk.problems.problem import OTHERS, Problem
from course_discovery_bulk.text.messages import Fact, Phrase, fill
from course_discovery_bulk.text.messages import translated as text_translated


def translated(found: Problem) -> Problem:
    """The problem with its texts in the reader's language; those of an older version's words stay as they are."""
    kind = CATALOGUE.get(found.code)
    if kind is None:
        return found
    place: dict[str, Fact | None] = {"column": found.column, "value": found.value, **found.facts}
    known = {name: fact for name, fact in place.items() if fact is not None}
    others = known.get(OTHERS)
    tail = f" {others}" if isinstance(others, Phrase) else ""
    message = _say(kind.message, known, stored=found.message.removesuffix(tail))
    if isinstance(others, Phrase):
        message = f"{message} {text_translated(others)}"
    return replace(found, message=message, hint=_say(kind.hint, known, stored=found.hint))


def _say(template: str, facts: Mapping[str, Fact], *, stored: str) -> str:
    """The template in the reader's language, if it is indeed what the stored text was made of."""
    try:
        is_same = template.format(**facts).strip() == stored
    except LookupError:
        return stored
    return fill(template, facts, otherwise=stored).strip() if is_same and template else stored
