"""The columns that say what a row is about: courses, runs and people that exist already."""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from typing import ClassVar, Final

from course_discovery_bulk.columns.base import Cell, Column, Context, Kind, Parsed
from course_discovery_bulk.columns.names import Choice
from course_discovery_bulk.columns.text import SHORT_TEXT, Text
from course_discovery_bulk.problems import BAD_KEY
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_PART: Final = r"[^/+\s,]+"
_COURSE_KEY: Final = re.compile(rf"{_PART}[+/]{_PART}")
_RUN_KEY: Final = re.compile(rf"course-v1:{_PART}\+{_PART}\+{_PART}|{_PART}/{_PART}/{_PART}")
_RUN_PREFIX: Final = "course-v1:"
_NEEDED: Final = _("It says what the row is about.")
_NAMES: Final = "It names the thing that the row is about."
COURSE_EXAMPLE: Final = "edX+CS101"
RUN_EXAMPLE: Final = "course-v1:edX+CS101+3T2027"


@dataclass(frozen=True, kw_only=True)
class CourseKey(Kind):
    """The key of a course, such as `edX+CS101`."""

    name: ClassVar[str] = _("course key")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if _is_plain(cell.text) and not cell.text.startswith(_RUN_PREFIX) and _COURSE_KEY.fullmatch(cell.text):
            return Parsed(value=cell.text)
        return Parsed(problems=(cell.problem(BAD_KEY, what=Phrase(self.name), example=COURSE_EXAMPLE),))


@dataclass(frozen=True, kw_only=True)
class CourseUuid(Kind):
    """The UUID of a course; its value is the usual spelling."""

    name: ClassVar[str] = _("course UUID")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        try:
            return Parsed(value=str(uuid.UUID(cell.text)))
        except ValueError:
            example = "4f7d2a54-3b1c-4a5e-9d7e-0c8c1b2a3d4e"
            return Parsed(problems=(cell.problem(BAD_KEY, what=Phrase(self.name), example=example),))


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
        return Parsed(problems=(cell.problem(BAD_KEY, what=Phrase(self.name), example=COURSE_EXAMPLE),))


@dataclass(frozen=True, kw_only=True)
class RunKey(Kind):
    """The key of a course run, such as `course-v1:edX+CS101+3T2027`."""

    name: ClassVar[str] = _("course run key")

    def parse(self, cell: Cell, context: Context) -> Parsed:
        if _is_plain(cell.text) and _RUN_KEY.fullmatch(cell.text):
            return Parsed(value=cell.text)
        return Parsed(problems=(cell.problem(BAD_KEY, what=Phrase(self.name), example=RUN_EXAMPLE),))


def _is_plain(text: str) -> bool:
    """Whether a key is short and what it looks like: a database may take a wide letter for the ordinary one, and
    nobody sees a character without width.
    """
    return len(text) <= SHORT_TEXT and text.isprintable() and unicodedata.is_normalized("NFKC", text)


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
    kind=Text(),
    help=_("User name or e-mail address of a member of an organization that offers the course."),
    example="editor@example.org",
    keep_reason=_NEEDED,
    unread=_NAMES,
)
ACTION = Column(
    name="action",
    field="action",
    kind=Choice(words={"add": "add", "remove": "remove"}, what=_("action")),
    help=_("Whether the person becomes an editor or stops being one."),
    example="add",
    keep_reason=_("It is either add or remove."),
    unread="It asks for something to be done.",
)
