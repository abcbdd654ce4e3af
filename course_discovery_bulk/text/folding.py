"""Names compared without regard to case, blanks, and what nobody sees."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """The form in which names are compared: `normalize`d and without case."""
    return unicodedata.normalize("NFC", normalize(text).casefold())


def normalize(text: str) -> str:
    """A name without what nobody sees: composed characters (NFC), no invisible ones, single blanks."""
    if text.isascii():
        return " ".join(text.split())
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible).split())
