"""Text that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.

At both ends of the flow: everything that writes a CSV file for people calls `defuse`, and reading calls `restore` for
the files that we wrote, so that such a file can be opened in a spreadsheet without running anything and uploaded again
as it is. In anybody else's file an apostrophe is text.

A spreadsheet may take other characters for the ends of cells than the file does, and then finds a formula in the middle
of a text. There the apostrophe goes as well, except before a sign and a blank at the start of a line: that is a bullet.
"""

from __future__ import annotations

import re
from typing import Final

_APOSTROPHE: Final = "'"
# What Python does not count among the blanks, but spreadsheets do not show either.
_UNSEEN: Final = "\u00ad\u180e\u200b-\u200f\u2060\ufeff"
_BLANKS: Final = rf"[\s{_UNSEEN}]*"
# A line feed is among the signs because a carriage return at the start of a cell is read as one.
_FORMULA: Final = rf"{_BLANKS}[=+\-@\t\r\n＝＋－＠]"
_DANGEROUS: Final = re.compile(f"{_APOSTROPHE}*{_FORMULA}")
_DEFUSED: Final = re.compile(f"{_APOSTROPHE}+{_FORMULA}")
_ENDS: Final = ",;\t\n|"  # what may end a cell for some spreadsheet
_INNER_FORMULA: Final = r"[^\S\t\n]*(?:[=@＝＠]|[+\-＋－](?!\s))"
_INNER: Final = re.compile(rf"(?<=[{_ENDS}])('*)(?={_INNER_FORMULA})")
_INNER_DEFUSED: Final = re.compile(rf"(?<=[{_ENDS}])'('*)(?={_INNER_FORMULA})")


def defuse(text: str, delimiter: str = ",") -> str:
    """The text as it can be put into a file for a spreadsheet; `restore` gives back every text as it was.

    Numbers with a sign are text too. A text that already looks defused gets one more apostrophe.
    """
    safe = _defuse_inside(text, delimiter) if any(end in text for end in _ENDS) else text
    return _APOSTROPHE + safe if _DANGEROUS.match(safe) else safe


def restore(text: str) -> str:
    """The text without the apostrophes that `defuse` put into it; any other text as it is."""
    bare = text[1:] if _DEFUSED.match(text) else text
    return _INNER_DEFUSED.sub(r"\1", bare) if _APOSTROPHE in bare else bare


def _defuse_inside(text: str, delimiter: str) -> str:
    """What ends a cell of this very file is in quotation marks there: it needs one only where one is text."""

    def defused(found: re.Match[str]) -> str:
        is_own = text[found.start() - 1] == delimiter
        return found[1] if is_own and not found[1] else _APOSTROPHE + found[1]

    return _INNER.sub(defused, text)
