"""A problem: one fact about a file, a row or a cell, as data with its text rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from string import Formatter
from typing import Any, Final

from course_discovery_bulk.text.messages import Fact, Phrase, as_fact, facts_from_json, facts_to_json
from course_discovery_bulk.text.messages import gettext_noop as _

SHOWN_VALUE_LENGTH: Final = 200
FACT_LENGTH: Final = 1000  # of one fact in a message
MOST_NAMED: Final = 10
ERROR: Final = "error"
NOTE: Final = "note"


@dataclass(frozen=True, kw_only=True)
class ProblemType:
    """One kind of problem: `message` and `hint` are templates filled with the facts of the case."""

    code: str
    message: str
    hint: str
    severity: str = ERROR


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fact about one place; `line` is a spreadsheet row number (the header is 1), None for the whole file."""

    code: str
    message: str
    hint: str = ""
    line: int | None = None
    column: str | None = None
    value: str | None = None
    severity: str = ERROR
    facts: Mapping[str, Fact] = field(default_factory=dict, compare=False)  # in the texts, besides column and value

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    def as_dict(self) -> dict[str, Any]:
        """The exported form: the texts, without what they were made of."""
        return without_facts(asdict(self))

    def as_record(self) -> dict[str, Any]:
        """The stored form."""
        return {**self.as_dict(), "facts": facts_to_json(self.facts)} if self.facts else self.as_dict()

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Problem:
        """Rebuild a problem that `as_record` stored; fields of later versions are left out."""
        known = {name: value for name, value in stored.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "facts": facts_from_json(stored.get("facts", {}))})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a problem is: spreadsheet row number, column name, the text found there."""

    line: int | None = None
    column: str | None = None
    value: str | None = field(default=None)


def without_facts(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored problem as it is exported."""
    return {name: value for name, value in stored.items() if name != "facts"}


def problem(kind: ProblemType, place: Place | None = None, **facts: object) -> Problem:
    """State a fact of the catalogue about a place; `column` and `value` of the place are facts as well."""
    place = place or Place()
    shown = clip(place.value)
    named = _names_in(kind.message) | _names_in(kind.hint)
    kept = {name: _clipped(as_fact(fact)) for name, fact in facts.items() if name in named}
    known = {"column": place.column, "value": shown, **kept}
    return Problem(
        code=kind.code,
        message=kind.message.format(**known).strip(),
        hint=kind.hint.format(**known),
        line=place.line,
        column=place.column,
        value=shown,
        severity=kind.severity,
        facts=kept,
    )


def _clipped(fact: Fact) -> Fact:
    """A fact of a length that a person reads; what another program says, or a field holds, may be of any."""
    return fact if isinstance(fact, int) or len(fact) <= FACT_LENGTH else (clip(fact, FACT_LENGTH) or "")


def _names_in(template: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(template) if name}


def each_once(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in their order, without those that say of one cell and value what an earlier one has said."""
    first: dict[tuple[object, ...], Problem] = {}
    for item in found:
        first.setdefault((item.code, item.line, item.column, item.value), item)
    return tuple(first.values())


def clip(text: str | None, length: int = SHOWN_VALUE_LENGTH) -> str | None:
    """Shorten a cell's text to what a person can take in; None stays None."""
    if text is None or len(text) <= length:
        return text
    return text[: length - 1] + "…"


OTHERS: Final = "others"  # the fact that names further values of a cell with the same problem
_OTHER: Final = _("Another value in this cell has the same problem: {items}.")
_MANY_OTHERS: Final = _("{count} more values in this cell have the same problem: {items}.")
OTHERS_LENGTH: Final = 60


def for_several(stated: Sequence[Problem], count: int) -> Problem:
    """One problem for `count` values of a cell that have the same one, of which it is stated for the first few."""
    if count == 1:
        return stated[0]
    items = ", ".join(map(_with_near_name, stated[1:]))
    more = count - len(stated)
    named = Phrase(_("{items} and {more} more"), items=items, more=more) if more else items
    others = Phrase(_OTHER if count == 2 else _MANY_OTHERS, count=count - 1, items=named)
    message = f"{stated[0].message} {others}"
    return replace(stated[0], message=message, facts={**stated[0].facts, OTHERS: others})


def _with_near_name(stated: Problem) -> str:
    """The value, and the name that it may be meant for."""
    shown = clip(stated.value, OTHERS_LENGTH) or ""
    near = stated.facts.get("suggestion")
    first = near.facts.get("first") if isinstance(near, Phrase) else None
    return f"{shown} ({first}?)" if first else shown


def named_briefly(items: Sequence[str]) -> str:
    """The first ten of some items, and how many more there are."""
    shown = ", ".join(clip(item) or "" for item in items[:MOST_NAMED])
    more = len(items) - MOST_NAMED
    return Phrase(_("{items} and {more} more"), items=shown, more=more) if more > 0 else shown


_DID_YOU_MEAN: Final = (
    _("Did you mean “{first}”?"),
    _("Did you mean “{first}” or “{second}”?"),
    _("Did you mean “{first}” or “{second}” or “{third}”?"),
)
_PLACES: Final = ("first", "second", "third")


def suggestion(names: list[str]) -> str:
    """The “did you mean” sentence for a miss, of the first three names; empty without names."""
    shown = names[: len(_PLACES)]
    return Phrase(_DID_YOU_MEAN[len(shown) - 1], **dict(zip(_PLACES, shown, strict=False))) if shown else ""
