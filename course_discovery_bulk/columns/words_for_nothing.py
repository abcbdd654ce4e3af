"""Words that stand for no value: the one that empties a field, what people write in its place, and placeholders."""

from __future__ import annotations

import re
from typing import Final

from course_discovery_bulk.text.characters import plain_form

CLEAR_WORD: Final = "[clear]"
# What people write where they have no value yet, without case.
PLACEHOLDERS: Final = frozenset(
    {"-", "--", "---", "\u2013", "\u2014", "_", "...", "\u2026", "?", "??", "???", "n/a", "#n/a", "n.a.", "na", "none"}
    | {"null", "nil", "nan", "tbd", "t.b.d.", "tba", "tbc", "to be determined", "to be announced", "xxx", "[]", "{}"}
)
_LONGEST: Final = 40
_WORDS: Final = r"(?:clear(?:ed)?(?: (?:field|cell|value|this))?|deleted?|removed?|erase|empty|blank|none|null)"
_LIKE_CLEAR: Final = re.compile(
    rf"[\"'\u201c\u201e]?(?:[\[({{<] ?{_WORDS} ?[\])}}>]?|clear ?[\])}}>])[\"'\u201d]?[ .!;,]*", re.IGNORECASE
)


def is_placeholder(text: str) -> bool:
    """Whether a text only says that there is no value yet."""
    return text.strip().casefold() in PLACEHOLDERS


def is_like_clear(text: str) -> bool:
    """Whether a text was probably meant to be `[clear]`, and is not."""
    return (
        text[:1] in "[({<\"'\u201c\u201ecC\uff3b\uff08"
        and len(text) <= _LONGEST
        and bool(_LIKE_CLEAR.fullmatch(plain_form(text)))
    )
