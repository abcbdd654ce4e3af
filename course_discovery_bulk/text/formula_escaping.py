"""Text that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.

At both ends of the flow: everything that writes a CSV file for people calls `defuse`, reading calls `restore`, so that
a file of ours can be opened in a spreadsheet without running anything and uploaded again as it is.
"""

from __future__ import annotations

import re
from typing import Final

_APOSTROPHE: Final = "'"
# What Python does not count among the blanks, but spreadsheets do not show either.
_UNSEEN: Final = "\u00ad\u180e\u200b-\u200f\u2060\ufeff"
# A line feed is among the signs because a carriage return at the start of a cell is read as one.
_FORMULA: Final = rf"[\s{_UNSEEN}]*[=+\-@\t\r\n＝＋－＠]"
_DANGEROUS: Final = re.compile(f"{_APOSTROPHE}*{_FORMULA}")
_DEFUSED: Final = re.compile(f"{_APOSTROPHE}+{_FORMULA}")


def defuse(text: str) -> str:
    """The text as it can be put into a file for a spreadsheet; `restore` gives back every text as it was.

    Numbers with a sign are text too. A text that already looks defused gets one more apostrophe.
    """
    return _APOSTROPHE + text if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """The text without the apostrophe that `defuse` put before it; any other text as it is."""
    return text[1:] if _DEFUSED.match(text) else text
