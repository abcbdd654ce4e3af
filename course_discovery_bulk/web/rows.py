"""The rows of a task on its page: a page of them, narrowed by what became of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES, RowAction, RowStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import ACTION_WORDS, row_words
from course_discovery_bulk.presentation.rows import RowView, ShownChange, view_rows
from course_discovery_bulk.web.charts import Part
from course_discovery_bulk.web.paging import page_of

PAGE_SIZE: Final = 50
PARAMETER: Final = "outcome"
ALL, ATTENTION = "all", "attention"
SHOWN_CHANGES: Final = 4
ONLY_ROW: Final = "row"  # names the one row that is asked for, with whole texts
LINE_DIGITS: Final = 9
WHOLE_CHARACTERS: Final = 300_000  # of texts that a page holds whole; the others are on the pages of their rows


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One way to narrow the list; `address` keeps nothing of the page number."""

    label: str
    count: int
    address: str
    status: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """A change, and whether the page holds its whole text below the excerpt."""

    change: ShownChange
    is_inline: bool


@dataclass(frozen=True, kw_only=True)
class RowLine:
    """A row with its words; of many changes the first are shown at once."""

    row: RowView
    word: str
    action: str
    first_changes: Sequence[ChangeLine]
    more_changes: Sequence[ChangeLine]


class _Room:
    """How much of whole texts a page still has room for."""

    def __init__(self, characters: float) -> None:
        self._left = characters

    def line(self, change: ShownChange) -> ChangeLine:
        """The change, with its whole text if that is longer than the excerpt and there is room."""
        is_inline = change.is_cut and change.length <= self._left
        self._left -= change.length if is_inline else 0
        return ChangeLine(change=change, is_inline=is_inline)


def rows_context(
    request: HttpRequest, task: BulkOperationTask, counts: Mapping[str, int], parts: Sequence[Part], *, is_preview: bool
) -> dict[str, Any]:
    """The list, its pages and its filters."""
    bad = sum(counts.get(status, 0) for status in TO_FIX_ROW_STATUSES)
    chosen = request.GET.get(PARAMETER) or _unasked(parts, is_preview=is_preview)
    rows = task.rows.order_by("line").defer("steps")
    if chosen == ATTENTION:
        rows = rows.filter(status__in=TO_FIX_ROW_STATUSES)
    elif chosen in RowStatus.values:
        rows = rows.filter(status=chosen)
    only_row = _only_row(request)
    if only_row:
        rows = task.rows.filter(line=only_row)
    pages = page_of(request, rows, PAGE_SIZE)
    room = _Room(math.inf if only_row else WHOLE_CHARACTERS)
    views = view_rows(task, pages.page, request.user, request.get_host())
    return {
        "pages": pages,
        "filters": _filters(chosen, sum(counts.values()), bad, parts),
        "rows": [_line(view, room, row_words(task, counts)) for view in views],
        "shows_outcome": chosen,
        "only_row": only_row,
    }


def _only_row(request: HttpRequest) -> int | None:
    text = request.GET.get(ONLY_ROW, "")
    return int(text) if text.isdecimal() and len(text) <= LINE_DIGITS else None


def _filters(chosen: str, total: int, bad: int, parts: Sequence[Part]) -> list[Filter]:
    kinds_of_bad = sum(part.status in TO_FIX_ROW_STATUSES for part in parts)
    general = [(ALL, _("All rows"), total)]
    if kinds_of_bad > 1:
        general.append((ATTENTION, _("Need attention"), bad))
    each = [(part.status, part.label, part.count) for part in parts] if len(parts) > 1 else []
    return [
        Filter(label=label, count=count, address=f"?{PARAMETER}={name}", status=name, is_current=name == chosen)
        for name, label, count in (*general, *each)
    ]


def _unasked(parts: Sequence[Part], *, is_preview: bool) -> str:
    """What is shown first: of a finished task what is to be fixed, if anything is."""
    bad = [part.status for part in parts if part.status in TO_FIX_ROW_STATUSES]
    if is_preview or not bad or len(parts) == 1:
        return ALL
    return bad[0] if len(bad) == 1 else ATTENTION


def _line(view: RowView, room: _Room, words: Mapping[RowStatus, str | Promise]) -> RowLine:
    changes = [room.line(change) for change in view.changes]
    shown = len(view.changes) if len(view.changes) == SHOWN_CHANGES + 1 else SHOWN_CHANGES  # not "1 more field"
    return RowLine(
        row=view,
        word=str(words[RowStatus(view.status)]),
        action=str(ACTION_WORDS.get(RowAction(view.action), "")) if view.action else "",
        first_changes=changes[:shown],
        more_changes=changes[shown:],
    )
