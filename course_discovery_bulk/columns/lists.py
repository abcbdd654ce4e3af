"""Cells that hold several values: `a, b` says what the list is, `+a, -b` what is added and removed.

People write lists in many ways: with commas of their own script, with bullets, numbered, one value a line. All of
these are read. Quotes keep a value together and take it literally: `"Epsilon, Inc.", "-ism"`. What could be read in
two ways is a fault, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from course_discovery_bulk.text.folding import fold, normalize

SEPARATORS: Final = ",;|\n\t\u3001\uff0c\uff1b\u060c\u061b\u2022\u25e6\u25aa\u2023"  # the last four are bullets
PLUS_SIGNS: Final = "+\uff0b\ufe62"
MINUS_SIGNS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe63"
BULLETS: Final = "*\u00b7\u25cf\u25cb\u25a0\u25a1\u27a2\u27a4\uf0b7\uf0a7"  # before a blank, as signs
QUOTES: Final = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c\u201d", "\u00ab": "\u00bb", "\uff02": "\uff02"}
APOSTROPHES: Final = {"'": "'", "\u2018": "\u2019"}  # quotes only if they stand around a whole value
BRACKETS: Final = ("()", "[]", "{}")
_MARKS: Final = PLUS_SIGNS + MINUS_SIGNS + BULLETS
# 1. or 1) or (1), full-width or not, and 1 with an ideographic comma
_NUMBER: Final = re.compile(r"\(?(\d{1,3})(?:[.)\uff0e](?:\s+|$)|\uff09\s*)")
_LINE_NUMBER: Final = re.compile(rf"\s*(?:{_NUMBER.pattern}|(\d{{1,3}})\u3001\s*)(?=\S)")


class ListFault(Enum):
    """Why a list cell cannot be read."""

    MIXED_SIGNS = auto()  # some values have a sign, others do not
    OPEN_QUOTE = auto()  # a quote is opened and not closed, or text follows the closing one
    ODD_NUMBERING = auto()  # values begin with numbers that do not count 1, 2, 3
    ADDED_AND_REMOVED = auto()  # one value has both signs


@dataclass(frozen=True, kw_only=True)
class ListValue:
    """A list cell: either `items` replace the whole list, or `added` and `removed` change it."""

    items: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def all_items(self) -> tuple[str, ...]:
        """Every value that is named, in whatever role."""
        return (*self.items, *self.added, *self.removed)

    @property
    def is_change(self) -> bool:
        return bool(self.added or self.removed)

    def renamed(self, names: dict[str, str]) -> ListValue:
        """The same list with each value replaced by its key; two names of one thing become one."""
        return replace(
            self,
            items=tuple(dict.fromkeys(names[item] for item in self.items)),
            added=tuple(dict.fromkeys(names[item] for item in self.added)),
            removed=tuple(dict.fromkeys(names[item] for item in self.removed)),
        )


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One value of a list as written."""

    text: str
    sign: str = ""  # "+", "-" or none
    number: int | None = None  # of a numbered list


def split_list(text: str) -> ListValue | ListFault:
    """Split a cell into its values; doubles are dropped, the order is kept.

    Only a list in which every value has a sign is a change, and a sign before a blank is a bullet. Values in quotes are
    taken literally; all others are normalized (NFC, no invisible characters, single blanks).
    """
    try:
        parts = [_read_part(*piece) for piece in _pieces(_without_line_numbers(text))]
    except _QuoteError:
        return ListFault.OPEN_QUOTE
    parts = [part for part in parts if part.text.strip()]
    numbers = [part.number for part in parts]
    if any(numbers) and numbers != list(range(1, len(parts) + 1)):
        return ListFault.ODD_NUMBERING
    return _put_together(parts)


def once_each(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, as it is written first: names that differ in case alone are one name."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return tuple(found.values())


def join_list(items: Iterable[str]) -> str:
    """The cell that says what a list is: values that would be read in another way are put in quotes."""
    return ", ".join(_quoted(item) if needs_quotes(item) else item for item in items)


def replace_items(text: str, words: Mapping[str, str]) -> str:
    """The cell with each value that is one of the `words` (folded) replaced; as it is if none is, or at fault.

    A value that is replaced by nothing goes.
    """
    found = split_list(text)
    if not isinstance(found, ListValue) or not any(fold(item) in words for item in found.all_items()):
        return text
    signed = (("", found.items), ("+", found.added), ("-", found.removed))
    items = [(sign, words.get(fold(item), item)) for sign, names in signed for item in names]
    return ", ".join(sign + join_list([item]) for sign, item in items if item)


def needs_quotes(item: str) -> bool:
    """Whether a value is read as it is in quotes only; a bracket alone makes it look like a part of a name."""
    has_open_bracket = any(item.count(opening) != item.count(closing) for opening, closing in BRACKETS)
    return has_open_bracket or split_list(item) != ListValue(items=(item,))


class _QuoteError(ValueError):
    """A quote is not closed, or text follows the closing one. Never leaves this module."""


def _quoted(item: str) -> str:
    return '"' + item.replace('"', '""') + '"'


def _pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """The pieces between separators: the text before a quoted value, and that value; None if nothing is in quotes."""
    position = 0
    while position <= len(text):
        end = _next_separator(text, position)
        opening = _opening_quote(text, position, end)
        if opening is None:
            yield text[position:end], None
            position = end + 1
            continue
        value, after = _read_quoted(text, opening)
        end = _next_separator(text, after)
        if text[after:end].strip():
            raise _QuoteError
        yield text[position:opening], value
        position = end + 1


def _next_separator(text: str, start: int) -> int:
    return next((index for index in range(start, len(text)) if text[index] in SEPARATORS), len(text))


def _opening_quote(text: str, start: int, end: int) -> int | None:
    """Where a quoted value begins, if one does: only signs, bullets, numbering and blanks may precede it."""
    before = text[start:end]
    place = next((at for at, mark in enumerate(before) if mark in QUOTES or mark in APOSTROPHES), None)
    if place is None or (before[place] in APOSTROPHES and not _encloses(text, start + place)):
        return None
    lead = before[:place].strip()
    is_lead = not lead or (len(lead) == 1 and lead in _MARKS) or _NUMBER.fullmatch(lead)
    return start + place if is_lead else None


def _encloses(text: str, opening: int) -> bool:
    """Whether an apostrophe that ends a value follows the one that begins it; without one they are parts of words."""
    return _last_closing(text, APOSTROPHES[text[opening]]) > opening + 1


@lru_cache(maxsize=4)
def _last_closing(text: str, closing: str) -> int:
    """Where the last value ends that ends in this sign; -1 if none does. Asked for each value of a long cell."""
    return next((at for at in range(len(text) - 1, -1, -1) if text[at] == closing and not _goes_on(text, at + 1)), -1)


def _goes_on(text: str, position: int) -> bool:
    """Whether a value goes on here: neither a separator follows nor the end."""
    following = (text[index] for index in range(position, len(text)))
    first = next((character for character in following if character in SEPARATORS or not character.isspace()), None)
    return first is not None and first not in SEPARATORS


def _read_quoted(text: str, opening: int) -> tuple[str, int]:
    """The value in quotes that begins here, and the place behind it; a doubled quote stands for one."""
    closing, value, position = (QUOTES | APOSTROPHES)[text[opening]], "", opening + 1
    while position < len(text):
        character = text[position]
        if character in closing and not (character in "'\u2019" and _goes_on(text, position + 1)):
            if text[position + 1 : position + 2] != character:
                return value, position + 1
            position += 1
        value += character
        position += 1
    raise _QuoteError


def _read_part(before: str, quoted: str | None) -> _Part:
    lead = before.strip()
    if quoted is not None:
        number = _NUMBER.fullmatch(lead)
        is_sign = lead != "" and not before[-1].isspace()
        sign = _sign_of(lead[0]) if is_sign else ""
        return _Part(text=quoted, sign=sign, number=int(number[1]) if number else None)
    rest = lead.lstrip(_MARKS)
    mark = lead[: len(lead) - len(rest)]
    if not mark or not rest:
        return _numbered(lead)
    if rest[0].isspace():
        return _Part(text=normalize(rest))  # a bullet
    sign = _sign_of(mark) if len(mark) == 1 else ""
    return _Part(text=normalize(rest if sign else lead), sign=sign)


def _sign_of(mark: str) -> str:
    if mark in PLUS_SIGNS:
        return "+"
    return "-" if mark in MINUS_SIGNS else ""


def _numbered(text: str) -> _Part:
    found = _NUMBER.match(text)
    if found and found.end() < len(text):
        return _Part(text=normalize(text[found.end() :]), number=int(found[1]))
    return _Part(text=normalize(text))


def _without_line_numbers(text: str) -> str:
    """Lines that are numbered 1, 2, 3 without their numbers."""
    lines = [line for line in text.split("\n") if line.strip()]
    found = [_LINE_NUMBER.match(line) for line in lines]
    if len(lines) < 2 or [match and int(match[1] or match[2]) for match in found] != list(range(1, len(lines) + 1)):
        return text
    return "\n".join(line[match.end() :] for line, match in zip(lines, found, strict=True) if match)


def _put_together(parts: Sequence[_Part]) -> ListValue | ListFault:
    signs = {part.sign for part in parts}
    if signs <= {""}:
        return ListValue(items=once_each(part.text for part in parts))
    if "" in signs:
        return ListFault.MIXED_SIGNS
    added, removed = (once_each(part.text for part in parts if part.sign == sign) for sign in "+-")
    if {fold(item) for item in added} & {fold(item) for item in removed}:
        return ListFault.ADDED_AND_REMOVED
    return ListValue(added=added, removed=removed)
