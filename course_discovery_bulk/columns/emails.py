"""Lists of e-mail addresses, also as mail programs write them: `Ann Lee <ann@example.org>; mailto:bob@example.org`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from course_discovery_bulk.columns.base import Cell, Context, Kind, Parsed
from course_discovery_bulk.columns.list_cells import read_list
from course_discovery_bulk.columns.lists import join_list, once_each
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.problems import BAD_EMAIL, Problem
from course_discovery_bulk.text.messages import gettext_noop as _

# A name in quotes may hold a comma, which would part a list.
_QUOTED_NAME: Final = re.compile(r"[\"\u201c][^\"\u201c\u201d<>\n]{0,150}[\"\u201d]\s?(?=<)")
_MAILBOX: Final = re.compile(r"[^<>@]{0,150}<\s?(?:mailto:)?([^<>\s]{1,254})\s?>|mailto:([^\s?]{1,254})", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Emails(Kind):
    """A list of e-mail addresses."""

    name: ClassVar[str] = _("list of email addresses")
    is_list: ClassVar[bool] = True

    def parse(self, cell: Cell, context: Context) -> Parsed:
        parts = read_list(replace(cell, text=_QUOTED_NAME.sub("", cell.text)))
        if isinstance(parts, Problem):
            return Parsed(problems=(parts,))
        wrong = [text for text in parts.all_items() if not _is_email(_address(text))]
        problems = cell.problem_of(wrong, lambda address: address.problem(BAD_EMAIL))
        if problems:
            return Parsed(problems=problems)
        items, added, removed = map(_addresses, (parts.items, parts.added, parts.removed))
        return Parsed(value=replace(parts, items=items, added=added, removed=removed))

    def emptied(self) -> list[str]:
        return []

    def show(self, value: Any, lookups: Lookups) -> str:
        return join_list(value or ())


def _address(text: str) -> str:
    found = _MAILBOX.fullmatch(text)
    return found[1] or found[2] if found else text


def _addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """The addresses, each once however it is written."""
    return once_each(map(_address, texts))


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
