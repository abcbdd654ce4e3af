"""What a spreadsheet shows in place of a value that it does not have.

A module of its own because the process that reads workbooks loads it too, and must load nothing else of ours.
"""

from __future__ import annotations

import re
from typing import Final

# The last form is what a spreadsheet saves for a number or date in a column too narrow to show it.
_ERROR_VALUE: Final = re.compile(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|##+)"
)


def is_error_value(text: str) -> bool:
    """Whether the text is such a value, and nothing but it."""
    return _ERROR_VALUE.fullmatch(text) is not None
