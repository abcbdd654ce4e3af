"""Names compared without regard to case, blanks, and what nobody sees."""

from __future__ import annotations

import html
import unicodedata
from typing import Final

from course_discovery_bulk.text.characters import plain_form

JOINERS: Final = "\u200c\u200d"  # what they join or part looks different without them, in Persian, Hindi, emoji


def fold(text: str) -> str:
    """The form in which names are compared: `normalize`d, without joiners and without case."""
    bare = normalize(text).translate(dict.fromkeys(map(ord, JOINERS)))
    return unicodedata.normalize("NFC", bare.casefold())


def loosen(text: str) -> str:
    """A form for names that people type in several ways: without hyphens, and with `and` for `&`; for short texts."""
    plain = fold(plain_form(html.unescape(text)))
    return " ".join(plain.replace("&", " and ").replace("-", " ").replace("_", " ").split())


def normalize(text: str) -> str:
    """A name as it is stored: composed characters (NFC), no invisible ones but joiners, single blanks."""
    if text.isascii():
        return " ".join(text.split())
    visible = "".join(mark for mark in text if mark in JOINERS or unicodedata.category(mark) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible).split())
