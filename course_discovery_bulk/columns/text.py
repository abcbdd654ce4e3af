"""Kinds of text: plain, HTML, slugs, addresses, course numbers, and lists of tags and e-mail addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.columns.lists import join_list, split_list
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import (
    BAD_COURSE_NUMBER,
    BAD_EMAIL,
    BAD_SLUG,
    BAD_URL,
    REFUSED_MARKUP,
    TEXT_TOO_LONG,
)
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.discovery_html import clean_html, find_refused_markup, find_tangle
from course_discovery_bulk.text.messages import gettext_noop as _

SHORT_TEXT: Final = 255
PICTURE_ADDRESS: Final = 2000  # signed addresses of file stores are long, and discovery never sees them
TAG_LENGTH: Final = 100
_COURSE_NUMBER = re.compile(r"[A-Za-z0-9._-]+")
_SLUG = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Text(Kind):
    """Plain text up to a number of characters."""

    max_length: int = SHORT_TEXT
    name: ClassVar[str] = _("text")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if len(cell.text) > self.max_length:
            return Parsed(problems=(cell.problem(TEXT_TOO_LONG, length=len(cell.text), limit=self.max_length),))
        return Parsed(value=cell.text)


@dataclass(frozen=True, kw_only=True)
class RawText(Kind):
    """Text that discovery keeps as it is, of any length that a cell may have."""

    name: ClassVar[str] = _("text")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        return Parsed(value=cell.text)


@dataclass(frozen=True, kw_only=True)
class Html(Kind):
    """Text with simple HTML. Discovery rewrites it; what it would refuse after rewriting is refused here."""

    name: ClassVar[str] = _("HTML")
    comparison: ClassVar[Comparison] = Comparison.HTML

    def parse(self, cell: Cell, context: Context) -> Parsed:
        refused = find_tangle(cell.text) or find_refused_markup(clean_html(cell.text))
        if refused:
            return Parsed(problems=(cell.problem(REFUSED_MARKUP, detail=refused),))
        return Parsed(value=cell.text)


@dataclass(frozen=True, kw_only=True)
class Slug(Kind):
    """The last part of a course's address."""

    name: ClassVar[str] = _("slug")
    comparison: ClassVar[Comparison] = Comparison.CASELESS

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if len(cell.text) > SHORT_TEXT or not _SLUG.fullmatch(cell.text):
            return Parsed(problems=(cell.problem(BAD_SLUG),))
        return Parsed(value=cell.text)


@dataclass(frozen=True, kw_only=True)
class CourseNumber(Kind):
    """The number part of a course key."""

    name: ClassVar[str] = _("course number")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if not _COURSE_NUMBER.fullmatch(cell.text):
            return Parsed(problems=(cell.problem(BAD_COURSE_NUMBER),))
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
    comparison: ClassVar[Comparison] = Comparison.UNORDERED

    def parse(self, cell: Cell, context: Context) -> Parsed:
        parts = split_list(cell.text)
        too_long = (replace(cell, text=tag) for tag in parts.all_items() if len(tag) > TAG_LENGTH)
        problems = tuple(tag.problem(TEXT_TOO_LONG, length=len(tag.text), limit=TAG_LENGTH) for tag in too_long)
        return Parsed(problems=problems) if problems else Parsed(value=parts)

    def emptied(self) -> list[str]:
        return []

    def show(self, value: Any, lookups: Lookups) -> str:
        return join_list(value or ())


@dataclass(frozen=True, kw_only=True)
class Emails(Kind):
    """A list of e-mail addresses."""

    name: ClassVar[str] = _("list of e-mail addresses")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        parts = split_list(cell.text)
        wrong = [address for address in parts.all_items() if not _is_email(address)]
        if wrong:
            places = (Cell(line=cell.line, column=cell.column, text=address) for address in wrong)
            return Parsed(problems=tuple(place.problem(BAD_EMAIL) for place in places))
        return Parsed(value=parts)

    def emptied(self) -> list[str]:
        return []

    def show(self, value: Any, lookups: Lookups) -> str:
        return join_list(value or ())


def is_web_address(text: str) -> bool:
    """Whether the text is an http(s) address with a host and no blanks."""
    if any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
