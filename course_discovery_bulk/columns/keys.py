"""The columns that say what a row is about: courses, runs and people that exist already."""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from typing import ClassVar, Final

from course_discovery_bulk.columns.base import Cell, Column, Context, Kind, Parsed
from course_discovery_bulk.columns.key_problems import key_reason, odd_letter
from course_discovery_bulk.columns.names import Choice
from course_discovery_bulk.columns.text import SHORT_TEXT
from course_discovery_bulk.problems import BAD_KEY, BAD_PERSON
from course_discovery_bulk.text.characters import trim_marks
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_PART: Final = r"[^/+\s,\"'=\u2018\u201c\u201d\u201e]+"
_QUOTED: Final = re.compile(r"[\"\u201c]([^\"\u201c\u201d]*)[\"\u201d]")
_COURSE_KEY: Final = re.compile(rf"{_PART}[+/]{_PART}")
_RUN_KEY: Final = re.compile(rf"course-v1:{_PART}\+{_PART}\+{_PART}|{_PART}/{_PART}/{_PART}")
_RUN_PREFIX: Final = "course-v1:"
# A name in brackets or behind mailto:, or in quotes, or alone; never two.
_PERSON: Final = re.compile(
    r"[^<>@,;]{0,150}<\s?([^<>\s,;@]{1,150}@[^<>\s,;@]{1,150})\s?>[,;]?"
    r"|mailto:([^\s,;?@]{1,150}@[^\s,;?@]{1,150})[,;]?"
    r"|[\"\u201c]([^\"\u201c\u201d<>,;\n]{1,250})[\"\u201d]"
    r"|([^\"\u201c\u201d<>,;\n]{1,255}?)[,;]?"
)
_NEEDED: Final = _("It identifies what the row changes.")
_NAMES: Final = "It names the thing that the row is about."
COURSE_EXAMPLE: Final = "edX+CS101"
RUN_EXAMPLE: Final = "course-v1:edX+CS101+3T2027"


@dataclass(frozen=True, kw_only=True)
class CourseKey(Kind):
    """The key of a course, such as `edX+CS101`."""

    name: ClassVar[str] = _("course key")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        text = _without_quotes(cell.text)
        if _is_plain(text) and not text.startswith(_RUN_PREFIX) and _COURSE_KEY.fullmatch(text):
            return Parsed(value=text)
        return _no_key(cell, self.name, COURSE_EXAMPLE)


@dataclass(frozen=True, kw_only=True)
class CourseUuid(Kind):
    """The UUID of a course; its value is the usual spelling."""

    name: ClassVar[str] = _("course UUID")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        try:
            return Parsed(value=str(uuid.UUID(trim_marks(cell.text))))
        except ValueError:
            example = "4f7d2a54-3b1c-4a5e-9d7e-0c8c1b2a3d4e"
            return _no_key(cell, self.name, example)


@dataclass(frozen=True, kw_only=True)
class CourseKeyOrUuid(Kind):
    """Either of the two."""

    name: ClassVar[str] = _("course key or UUID")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if not (as_uuid := CourseUuid().parse(cell, context)).problems:
            return as_uuid
        parsed = CourseKey().parse(cell, context)
        if not parsed.problems:
            return parsed
        return _no_key(cell, self.name, COURSE_EXAMPLE)


@dataclass(frozen=True, kw_only=True)
class RunKey(Kind):
    """The key of a course run, such as `course-v1:edX+CS101+3T2027`."""

    name: ClassVar[str] = _("course run key")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        text = _without_quotes(cell.text)
        if _is_plain(text) and _RUN_KEY.fullmatch(text):
            return Parsed(value=text)
        return _no_key(cell, self.name, RUN_EXAMPLE, is_run=True)


@dataclass(frozen=True, kw_only=True)
class OnePerson(Kind):
    """A user name or an e-mail address, also as mail programs write it: `Ann <ann@example.org>`, `mailto:...`."""

    name: ClassVar[str] = _("person")
    is_free: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        text = trim_marks(cell.text)
        reason = odd_letter(text)
        found = None if reason else _PERSON.fullmatch(text)
        if found is None or len(text) > SHORT_TEXT:
            return Parsed(problems=(cell.problem(BAD_PERSON, reason=reason),))
        return Parsed(value=next(part for part in found.groups() if part))


def _no_key(cell: Cell, name: str, example: str, *, is_run: bool = False) -> Parsed:
    reason = key_reason(trim_marks(cell.text), is_run=is_run) if len(cell.text) <= SHORT_TEXT else ""
    return Parsed(problems=(cell.problem(BAD_KEY, what=Phrase(name), example=example, reason=reason),))


def _without_quotes(text: str) -> str:
    """The text of a key without blanks, marks that nobody sees, and a pair of quotation marks around it."""
    bare = trim_marks(text)
    found = _QUOTED.fullmatch(bare)
    return trim_marks(found[1]) if found else bare


def _is_plain(text: str) -> bool:
    """Whether a key is short and what it looks like: a database may take a wide letter for the ordinary one, nobody
    sees a character without width, and letters of several alphabets in one word are a slip.
    """
    if text.isascii():
        return len(text) <= SHORT_TEXT and text.isprintable()
    is_plain = len(text) <= SHORT_TEXT and text.isprintable() and unicodedata.is_normalized("NFKC", text)
    return is_plain and not odd_letter(text)


def course_key_of_run(run_key: str) -> str:
    """The key that the course of a run has, unless somebody gave the course another one later."""
    parts = re.split(r"[+/]", run_key.removeprefix(_RUN_PREFIX))
    return "+".join(parts[:2])


COURSE_KEY = Column(
    name="course_key",
    field="key",
    kind=CourseKey(),
    help=_("Key of the course to change."),
    example=COURSE_EXAMPLE,
    keep_reason=_NEEDED,
    unread=_NAMES,
)
COURSE_UUID = Column(
    name="course_uuid",
    field="uuid",
    kind=CourseUuid(),
    help=_("UUID of the course to change, instead of its key."),
    example="",
    keep_reason=_NEEDED,
    unread=_NAMES,
)
RUN_KEY = Column(
    name="course_run_key",
    field="key",
    kind=RunKey(),
    help=_("Key of the course run to change."),
    example=RUN_EXAMPLE,
    on_run=True,
    keep_reason=_NEEDED,
    unread=_NAMES,
)
LAST_RUN_KEY = Column(
    name="last_active_run_key",
    field="rerun",
    kind=RunKey(),
    help=_("Key of the run to make a new run from."),
    example=RUN_EXAMPLE,
    on_run=True,
    keep_reason=_NEEDED,
    unread=_NAMES,
)
COURSE_KEY_OR_UUID = Column(
    name="course_key_or_uuid",
    field="course",
    kind=CourseKeyOrUuid(),
    help=_("Key or UUID of the course."),
    example=COURSE_EXAMPLE,
    keep_reason=_NEEDED,
    unread=_NAMES,
)
PERSON = Column(
    name="username_or_email",
    field="user_id",
    kind=OnePerson(),
    help=_("Username or email address of a member of an organization that owns the course."),
    example="editor@example.org",
    keep_reason=_NEEDED,
    unread=_NAMES,
)
ACTION = Column(
    name="action",
    field="action",
    kind=Choice(words={"add": "add", "remove": "remove"}, what=_("action")),
    help=_("Whether to add or remove the person as an editor."),
    example="add",
    keep_reason=_("It must be add or remove."),
    unread="It asks for something to be done.",
)
