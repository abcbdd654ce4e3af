"""Rows that hold nothing: a spreadsheet writes FALSE in every row of a column of checkboxes, down to its end."""

from __future__ import annotations

from typing import Final

from course_discovery_bulk.reading.splitting import BLANKS, Record

# In the languages of spreadsheets that save files of text in their own.
_UNCHECKED: Final = frozenset(
    {"false", "falsch", "faux", "falso", "onwaar", "fałsz", "falsk", "falskt", "epätosi", "nepravda", "hamis", "yanliş"}
    | {"ложь", "хибність"}
)


def is_blank(record: Record) -> bool:
    """Whether every cell of the row is empty or an unchecked box."""
    filled = (text for cell in record.cells if (text := cell.strip(BLANKS)))
    return not record.beyond and all(text.casefold() in _UNCHECKED for text in filled)
