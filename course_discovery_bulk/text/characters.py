"""Characters that are not what they look like: made plain where one meaning is left, named where none is."""

from __future__ import annotations

import unicodedata
from typing import Final

from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

# Marks that only steer the direction of a text, and others without width: at the ends of a cell they mean nothing.
EDGE_MARKS: Final = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"
DIRECTIONS: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"  # texts of two scripts need them
_EDGES: Final = EDGE_MARKS + " \t\r\n\u00a0\u2007\u202f\u3000"
_HYPHENS: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d"), "-")
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")  # whose letters look like one another


def trim_marks(text: str) -> str:
    """The text without blanks and marks that nobody sees at its ends."""
    return text.strip(_EDGES)


def plain_form(text: str) -> str:
    """A short text as a keyboard would write it: ordinary digits, letters and hyphens, single blanks.

    Only for cells of which nothing but their meaning is kept: dates, times, amounts, choices.
    """
    if text.isascii():
        return " ".join(text.split())
    wide = unicodedata.normalize("NFKC", trim_marks(text)).translate(_HYPHENS)
    digits = "".join(str(unicodedata.decimal(mark, mark)) for mark in wide)
    return " ".join(digits.split())


def name_hidden_character(text: str, but: str = "") -> str:
    """A sentence that names the first character within the text that nobody can see; empty if there is none.

    Nothing is said of the characters in `but`.
    """
    if text.isascii():
        return ""
    for position, mark in enumerate(text, start=1):
        if unicodedata.category(mark) == "Cf" and mark not in but:
            template = _("Character {position} is the invisible {character}. Delete it, or type the cell again.")
            return Phrase(template, position=position, character=character_name(mark))
    return ""


def name_odd_character(text: str) -> str:
    """A sentence that names the first character that a key can't have although it looks right; empty for none."""
    if hidden := name_hidden_character(text):
        return hidden
    for position, mark in enumerate(text, start=1):
        plain = unicodedata.normalize("NFKC", mark).translate(_HYPHENS)
        if mark != plain and not plain.isspace():
            template = _("Character {position} is {character}, not an ordinary “{plain}”. Type it again.")
            return Phrase(template, position=position, character=character_name(mark), plain=plain)
    return ""


def name_look_alike(word: str) -> str:
    """A sentence that names the first letter of another alphabet than the word's first one; empty for none."""
    scripts = [(position, mark, _script(mark)) for position, mark in enumerate(word, start=1) if mark.isalpha()]
    known = [found for found in scripts if found[2]]
    if len({script for _position, _mark, script in known}) < 2:
        return ""
    counts = {script: sum(found[2] == script for found in known) for script in _SCRIPTS}
    usual = max(_SCRIPTS, key=lambda script: counts[script])
    mark = next(mark for _position, mark, script in known if script != usual)
    template = _("The “{mark}” in “{word}” is {character}, a letter of another alphabet. Type it again.")
    return Phrase(template, mark=mark, word=word, character=character_name(mark))


def character_name(mark: str) -> str:
    """A character as its number and its name in Unicode, such as U+200B ZERO WIDTH SPACE."""
    return f"U+{ord(mark):04X} {unicodedata.name(mark, '')}".strip()


def _script(mark: str) -> str:
    return next((script for script in _SCRIPTS if unicodedata.name(mark, "").startswith(script)), "")
