"""Fields of courses and runs as discovery knows them: where its answers show them, and what follows from a change.

Columns declare them (`columns.fields`), discovery's answers are read and compared by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from course_discovery_bulk.text.comparing import Comparison, money

Form = Callable[[Any], Any]


def as_shown(value: Any) -> Any:
    """The value itself: calls set it in the form in which answers show it."""
    return value


def key_of(name: str) -> Form:
    """Answers show a thing as an object, calls name it by this key; empty text for no thing."""
    return lambda value: (value or {}).get(name, "")


def each(name: str) -> Form:
    """Answers show a list of objects, calls name each by this key."""
    return lambda value: [item[name] for item in value or ()]


def prices_by(mode: str) -> Form:
    """Answers show a list of priced things, calls set mode -> price; `mode` is the key that holds the mode."""
    return lambda value: {item[mode]: money(item["price"]) for item in value or ()}


def of_seat(seat_type: str, name: str) -> Form:
    """Answers show the value on the seat of one type; None without such a seat."""
    return lambda value: next((seat[name] for seat in value or () if seat["type"] == seat_type), None)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Where and how answers show a field: `at` is its name there, `form` turns it into what calls set."""

    at: str = ""  # empty: under the field's own name
    form: Form = as_shown


PLAINLY: Final = Shown()


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field, by the name that bodies of calls and snapshots have for it; dotted if it is nested."""

    name: str
    shown: Shown = PLAINLY
    comparison: Comparison = Comparison.EXACT
    is_copied_at_rerun: bool = False
    is_stale_after_creation: bool = False

    @property
    def outer(self) -> str:
        """Its name in the body of a call, without what it is nested in."""
        return self.name.partition(".")[0]

    def is_in(self, answer: Mapping[str, Any]) -> bool:
        """Whether this discovery shows the field at all; versions differ."""
        return (self.shown.at or self.outer) in answer

    def read(self, answer: Mapping[str, Any]) -> Any:
        """The value in an answer that shows it, as a call would set it."""
        value = answer[self.shown.at or self.outer]
        _, _, inner = self.name.partition(".")
        if inner:
            value = (value or {}).get(inner) or ""
        return self.shown.form(value)


@dataclass(frozen=True, kw_only=True)
class Fields:
    """All fields that are read back, of a course and of a run, by name."""

    course: Mapping[str, Field]
    run: Mapping[str, Field]
