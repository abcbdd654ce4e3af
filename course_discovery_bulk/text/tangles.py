"""Texts that would keep discovery, and us, busy for minutes: refused before anybody cleans them.

What is counted costs the libraries time, or depth of calls, that grows with the square of its number. The bounds are
far from any text that people write: at the longest cell, cleaning stays a matter of a second or two.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Final

from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

MOST_OPEN: Final = 50
MOST_UNCLOSED: Final = 300
MOST_LINES: Final = 3_000
_LISTS_OPEN: Final = _("more than {limit} lists or quotations are open at once")
_BRACKETS_OPEN: Final = _("more than {limit} brackets are open at once")
_TAGS_UNCLOSED: Final = _("more than {limit} tags or comments have no end")
_LINES: Final = _("it has more than {limit} lines")
_OPENING_AND_CLOSING: Final = re.compile(r"[\[\]()]|<(/?)(?:[uo]l|blockquote)\b", re.IGNORECASE)
_OPENED_BY: Final = {"]": "[", ")": "("}
_UNCLOSED: Final = re.compile(r"<[a-z/!?][^<>]*(?=<|\Z)", re.IGNORECASE)
_QUOTATION: Final = re.compile(rf"(?:>[ \t]*){{{MOST_OPEN + 1}}}")
_LINE: Final = re.compile(r"\n(?!\s*<)|<(?:br|p|div|li|tr|h[1-6r])\b", re.IGNORECASE)


def find_tangle(text: str) -> str | None:
    """Why a text is too tangled to be cleaned; None if it is not."""
    read = unescape(text) if "&" in text else text
    if tangle := _find_open(text):
        return tangle
    if _QUOTATION.search(read):
        return Phrase(_LISTS_OPEN, limit=MOST_OPEN)
    if len(_UNCLOSED.findall(read)) > MOST_UNCLOSED:
        return Phrase(_TAGS_UNCLOSED, limit=MOST_UNCLOSED)
    if len(_LINE.findall(text)) > MOST_LINES:
        return Phrase(_LINES, limit=MOST_LINES)
    return None


def _find_open(text: str) -> str | None:
    """Whether too many brackets, lists or quotations are open at once."""
    still_open: Counter[str] = Counter()
    for found in _OPENING_AND_CLOSING.finditer(text):
        mark = found[0]
        is_list = mark.startswith("<")
        kind = "list" if is_list else _OPENED_BY.get(mark, mark)
        if found[1] or mark in _OPENED_BY:
            still_open[kind] = max(0, still_open[kind] - 1)
        else:
            still_open[kind] += 1
        if still_open[kind] > MOST_OPEN:
            return Phrase(_LISTS_OPEN if is_list else _BRACKETS_OPEN, limit=MOST_OPEN)
    return None
