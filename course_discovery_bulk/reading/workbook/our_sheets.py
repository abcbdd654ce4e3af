"""The sheets of the workbooks that we write, by name. The one with examples says in its name that it is not read."""

from __future__ import annotations

from typing import Final

ROWS: Final = "Rows"
EXAMPLES: Final = "Examples (not read)"
CHOICES: Final = "Choices"  # hidden: what the drop-downs offer
