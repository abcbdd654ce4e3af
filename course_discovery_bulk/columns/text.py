"""Kinds of text: plain, HTML, slugs, addresses, course numbers, and lists of tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.columns.damaged_numbers import find_damage
from course_discovery_bulk.columns.entities import read_entities, spell_entities
from course_discovery_bulk.columns.list_cells import read_list, torn_names
from course_discovery_bulk.columns.lists import join_list
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import (
    BAD_COURSE_NUMBER,
    BAD_SLUG,
    BAD_URL,
    CONTROL_CHARACTER,
    DAMAGED_NUMBER,
    FORMATTING_DROPPED,
    HIDDEN_CHARACTER,
    INVISIBLE_TEXT,
    LINE_BREAK,
    MEANING_CHANGED,
    REFUSED_MARKUP,
    SPLIT_NAME,
    TAGS_SHOWN,
    TEXT_CHANGED,
    TEXT_TOO_LONG,
    WORD_SPLIT,
    Problem,
    clip,
)
from course_discovery_bulk.text.characters import (
    DIRECTIONS,
    name_hidden_character,
    name_look_alike,
    name_odd_character,
)
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.folding import JOINERS
from course_discovery_bulk.text.html_tags import tags_in
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.text.prepared_html import PreparedHtml, prepare_html
from course_discovery_bulk.text.tangles import find_tangle

SHORT_TEXT: Final = 255
PICTURE_ADDRESS: Final = 2000  # signed addresses of file stores are long, and discovery never sees them
TAG_LENGTH: Final = 100
_COURSE_NUMBER = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._-]+")  # no signs alone
_SLUG = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


@dataclass(frozen=True, kw_only=True)
class Text(Kind):
    """Plain text up to a number of characters. HTML's names of characters are read as these: `&amp;` is `&`."""

    max_length: int = SHORT_TEXT
    name: ClassVar[str] = _("text")
    is_free: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if "\n" in cell.text:
            return Parsed(problems=(cell.problem(LINE_BREAK),))
        if "\t" in cell.text:
            return Parsed(problems=(cell.problem(CONTROL_CHARACTER, character="U+0009"),))
        read, notes = read_entities(cell)
        if not read.text:
            return Parsed(problems=(cell.problem(INVISIBLE_TEXT),))
        if len(read.text) > self.max_length:
            return Parsed(problems=(cell.problem(TEXT_TOO_LONG, length=len(read.text), limit=self.max_length),))
        return Parsed(value=read.text, problems=(*notes, *_oddities(cell, read.text)))

    def show(self, value: Any, lookups: Lookups) -> str:
        return spell_entities(super().show(value, lookups))


def _oddities(cell: Cell, text: str) -> Iterator[Problem]:
    """What a line of text has that its readers see otherwise than its author, or not at all."""
    if reason := name_hidden_character(text, but=JOINERS + DIRECTIONS):
        yield cell.problem(HIDDEN_CHARACTER, reason=reason)
    if tags := dict.fromkeys(found[1].lower() for found in tags_in(text) if found[1]):
        yield cell.problem(TAGS_SHOWN, tags=_tags(tags))


@dataclass(frozen=True, kw_only=True)
class RawText(Kind):
    """Text that discovery keeps as it is, of any length that a cell may have."""

    name: ClassVar[str] = _("text")
    is_free: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        return Parsed(value=cell.text)


@dataclass(frozen=True, kw_only=True)
class Html(Kind):
    """Text with simple HTML. Discovery rewrites it; what it would refuse after rewriting is refused here."""

    name: ClassVar[str] = _("HTML")
    is_free: ClassVar[bool] = True
    comparison: ClassVar[Comparison] = Comparison.HTML
    refusals: ClassVar[frozenset[str]] = frozenset(
        kind.code for kind in (INVISIBLE_TEXT, MEANING_CHANGED, REFUSED_MARKUP, TEXT_CHANGED)
    )

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if tangle := find_tangle(cell.text):
            return Parsed(problems=(cell.problem(REFUSED_MARKUP, detail=tangle),))
        prepared = prepare_html(cell.text)
        return Parsed(value=prepared.sent, problems=tuple(_faults(cell, prepared)))


def _faults(cell: Cell, prepared: PreparedHtml) -> Iterator[Problem]:
    """The first thing that is wrong with a text as it will be stored, or what it loses."""
    if prepared.refused:
        yield cell.problem(REFUSED_MARKUP, detail=prepared.refused)
    elif prepared.is_empty:
        yield cell.problem(INVISIBLE_TEXT)
    elif prepared.meaning_lost:
        yield cell.problem(MEANING_CHANGED, tags=_tags(prepared.meaning_lost))
    elif prepared.lost:
        yield cell.problem(TEXT_CHANGED, words=clip(prepared.lost))
    elif prepared.split:
        yield cell.problem(WORD_SPLIT, words=clip(prepared.split))
    elif prepared.formatting_lost:
        yield cell.problem(FORMATTING_DROPPED, tags=_tags(prepared.formatting_lost))


def _tags(names: Iterable[str]) -> str:
    return ", ".join(f"<{name}>" for name in names)


@dataclass(frozen=True, kw_only=True)
class Slug(Kind):
    """The last part of a course's address, or a path of several; whether it may be a path the site decides."""

    name: ClassVar[str] = _("slug")
    comparison: ClassVar[Comparison] = Comparison.CASELESS

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if len(cell.text) > SHORT_TEXT or not _SLUG.fullmatch(cell.text):
            return Parsed(problems=(cell.problem(BAD_SLUG, reason=""),))
        return Parsed(value=cell.text)


@dataclass(frozen=True, kw_only=True)
class CourseNumber(Kind):
    """The number part of a course key."""

    name: ClassVar[str] = _("course number")
    is_free: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if damage := find_damage(cell.text):
            return Parsed(problems=(cell.problem(DAMAGED_NUMBER, reason=damage),))
        if not _COURSE_NUMBER.fullmatch(cell.text):
            reason = name_odd_character(cell.text) or name_look_alike(cell.text)
            return Parsed(problems=(cell.problem(BAD_COURSE_NUMBER, reason=reason),))
        return Text(max_length=100).parse(cell, context)


@dataclass(frozen=True, kw_only=True)
class Url(Kind):
    """A whole web address."""

    max_length: int = SHORT_TEXT
    name: ClassVar[str] = _("web address")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if len(cell.text) > self.max_length:
            return Parsed(problems=(cell.problem(TEXT_TOO_LONG, length=len(cell.text), limit=self.max_length),))
        if not is_web_address(cell.text):
            return Parsed(problems=(cell.problem(BAD_URL),))
        return Parsed(value=cell.text)


@dataclass(frozen=True, kw_only=True)
class Tags(Kind):
    """A list of free tags."""

    name: ClassVar[str] = _("list of tags")
    is_list: ClassVar[bool] = True
    is_free: ClassVar[bool] = True
    comparison: ClassVar[Comparison] = Comparison.UNORDERED

    def parse(self, cell: Cell, context: Context) -> Parsed:
        cell, notes = read_entities(cell)
        parts = read_list(cell)
        if isinstance(parts, Problem):
            return Parsed(problems=(parts,))
        too_long = [tag for tag in parts.all_items() if len(tag) > TAG_LENGTH]
        problems = (
            *cell.problem_of(too_long, lambda tag: tag.problem(TEXT_TOO_LONG, length=len(tag.text), limit=TAG_LENGTH)),
            *cell.problem_of(torn_names(parts.all_items(), cell.text), lambda tag: tag.problem(SPLIT_NAME)),
        )
        return Parsed(problems=problems) if problems else Parsed(value=parts, problems=notes)

    def emptied(self) -> list[str]:
        return []

    def show(self, value: Any, lookups: Lookups) -> str:
        return spell_entities(join_list(value or ()))


def is_web_address(text: str) -> bool:
    """Whether the text is an http(s) address with a host and no blanks."""
    if any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
