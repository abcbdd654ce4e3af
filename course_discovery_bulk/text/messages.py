"""Texts that remember how they were made, so that every reader can have them in a language of their own.

What is stored, exported or sent to programs is English and stays so. A declared text is marked with `gettext_noop`; one
with facts in it is a Phrase of a marked template. Pages ask `translated` for either at the moment they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.utils.translation import gettext

Fact = str | int


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue. Django's own function asks for the settings, which declarations do without."""
    return text


class Phrase(str):
    """A text in English that keeps its template and the facts in it; whatever is done to it gives plain text again."""

    template: str
    facts: Mapping[str, Fact]

    def __new__(cls, template: str, **facts: Fact) -> Self:
        """Fill the template, which is marked for translation where it is written; a phrase stays the phrase it is."""
        if isinstance(template, cls) and not facts:
            return template
        made = super().__new__(cls, template.format(**facts) if facts else template)
        made.template = str(template)
        made.facts = facts
        return made


def translated(text: str) -> str:
    """A declared text or a phrase in the reader's language; as it is, where the catalogue has no words for it."""
    if not isinstance(text, Phrase):
        return gettext(text)
    return fill(text.template, text.facts, otherwise=text)


def fill(template: str, facts: Mapping[str, Fact], *, otherwise: str) -> str:
    """The template's translation with its facts, phrases among them translated too.

    A translation may name facts that there are none of: the page then shows `otherwise` instead of an error.
    """
    if not facts:
        return gettext(template)
    try:
        return gettext(template).format(**{name: _shown(fact) for name, fact in facts.items()})
    except (LookupError, ValueError):
        return str(otherwise)


def as_fact(value: object) -> Fact:
    """What can be kept of a value to say it again; phrases and whole numbers are kept as they are."""
    return value if isinstance(value, str | int) else str(value)


def to_json(fact: Fact) -> Any:
    """The stored form: a phrase is an object, everything else a text or a number."""
    if not isinstance(fact, Phrase):
        return fact
    stored: dict[str, Any] = {"text": fact.template}
    return {**stored, "facts": facts_to_json(fact.facts)} if fact.facts else stored


def facts_to_json(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The stored form of several facts."""
    return {name: to_json(fact) for name, fact in facts.items()}


def facts_from_json(stored: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts that `facts_to_json` stored."""
    return {name: _from_json(fact) for name, fact in stored.items()}


def _from_json(stored: Any) -> Fact:
    if isinstance(stored, Mapping):
        return Phrase(stored["text"], **facts_from_json(stored.get("facts", {})))
    return as_fact(stored)


def _shown(fact: Fact) -> Fact:
    return translated(fact) if isinstance(fact, Phrase) else fact
