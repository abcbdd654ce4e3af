"""HTML's names of characters in text that is no HTML: `&amp;` is read as `&`, and a note says so."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Final

from course_discovery_bulk.columns.base import Cell
from course_discovery_bulk.problems import ENTITY_READ, Problem, clip

_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def read_entities(cell: Cell) -> tuple[Cell, tuple[Problem, ...]]:
    """The cell with characters in place of their names, and the note that this takes; it may be empty then."""
    text = _ENTITY.sub(_character, cell.text).strip()  # discovery takes off what `&nbsp;` leaves at the ends
    if text == cell.text:
        return cell, ()
    return replace(cell, text=text), (cell.problem(ENTITY_READ, text=clip(text)),)


def spell_entities(text: str) -> str:
    """The cell that reads as this text, even where reading would take something in it for a character."""
    return _ENTITY.sub(_spelled_out, text)


def _character(entity: re.Match[str]) -> str:
    """The character, if it can be seen in a line of text."""
    read = html.unescape(entity[0])
    return read if read == "\u00a0" or read.isprintable() else entity[0]


def _spelled_out(entity: re.Match[str]) -> str:
    return f"&amp;{entity[0][1:]}" if _character(entity) != entity[0] else entity[0]
