"""The rows of a task on its page: a page of the grid, narrowed, searched and ordered as the address says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from course_discovery_bulk import service
from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES, RowStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.editing import edits_shown
from course_discovery_bulk.presentation.grid import Grid, GridColumn, GridView, GridWish
from course_discovery_bulk.presentation.labels import row_words
from course_discovery_bulk.presentation.operations import columns_for
from course_discovery_bulk.web.charts import Part
from course_discovery_bulk.web.grid_columns import chosen_columns
from course_discovery_bulk.web.grid_groups import groups_of_problems
from course_discovery_bulk.web.paging import Pages, page_of, page_of_keys

PAGE_SIZE: Final = 50
SHOWN_EDITS: Final = 50
PARAMETER: Final = "outcome"
ALL, ATTENTION, CHANGED, PROBLEMS, LEFT_OUT = "all", "attention", "changed", "problems", "left_out"
NOT_KEPT: Final = ("page", PARAMETER)
LONGEST_SEARCH: Final = 200


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One way to narrow the list; `address` keeps the search, not the page; no count where none is known."""

    label: str
    count: int | None
    address: str
    status: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class SortLink:
    """A column of the grid with the address that sorts by it."""

    column: GridColumn
    address: str
    direction: str  # ascending, descending or none, as ARIA says it


def rows_context(
    request: HttpRequest, task: BulkOperationTask, counts: Mapping[str, int], parts: Sequence[Part]
) -> dict[str, Any]:
    """The grid, its pages, and what it can be narrowed by."""
    bad = sum(counts.get(status, 0) for status in TO_FIX_ROW_STATUSES)
    chosen = request.GET.get(PARAMETER) or _unasked(parts)
    left_out = task.rows.filter(is_left_out=True).count() if counts.get(RowStatus.SKIPPED) else 0
    view = GridView(task, request.user, request.get_host())
    search = _search(request, view)
    pages = _pages(request, _narrowed(task.rows.all(), chosen), search)
    is_narrow = request.GET.get("columns") == "marked"
    rows = list(pages.page)
    edit_count = service.edits_of(task).count()
    wish = GridWish(
        words=row_words(task, counts),
        chosen=chosen_columns(request, task),
        is_narrow=is_narrow,
        edits=edits_shown(task, rows) if edit_count else {},
    )
    grid = view.grid(rows, wish)
    return {
        "pages": pages,
        "filters": _filters(request, chosen, sum(counts.values()), bad, parts, left_out=left_out),
        "grid": grid,
        "sort_links": [_sort_link(request, column, search) for column in grid.columns],
        "search": search,
        "query": request.GET.urlencode(),
        "grid_row_count": pages.page.paginator.count + 1,
        "is_searched": bool(search.text or search.code),
        "search_address": _address(request, drop=("q", "in", "code", "about", "value", "page")),
        "kept": [(name, request.GET[name]) for name in (PARAMETER, "sort", "columns") if name in request.GET],
        "is_narrow": is_narrow,
        "narrow_address": _address(request, columns="" if is_narrow else "marked"),
        "shown_places": {column.place for column in grid.columns},
        "shown_lines": ",".join(str(row.line) for row in rows),
        "shows_outcome": chosen,
        "can_edit": may_edit(request, task),
        "groups": groups_of_problems(task, view, partial(columns_for, task, request.user, request.get_host())),
        "edits": service.edits_of(task)[:SHOWN_EDITS] if edit_count else (),
        "edit_count": edit_count,
    }


def may_edit(request: HttpRequest, task: BulkOperationTask) -> bool:
    """Whether the reader can edit rows: not a colleague who only looks at them."""
    return service.can_edit(task) and service.may_act_on(request.user, task)


def grid_of_lines(
    request: HttpRequest, task: BulkOperationTask, lines: Sequence[int], places: Sequence[str]
) -> Grid | None:
    """The grid of some rows with the columns at these places; None if something is wrong in others."""
    view = GridView(task, request.user, request.get_host())
    rows = list(task.rows.filter(line__in=lines).order_by("line").defer("steps"))
    words = row_words(task, service.progress(task).counts)
    grid = view.grid(rows, GridWish(words=words, only=places, edits=edits_shown(task, rows)))
    return None if any(row.has_hidden_problems for row in grid.rows) else grid


def _narrowed(rows: QuerySet[BulkOperationRow], chosen: str) -> QuerySet[BulkOperationRow]:
    rows = rows.order_by("line").defer("steps")
    if chosen == ATTENTION:
        return rows.filter(status__in=TO_FIX_ROW_STATUSES)
    if chosen == CHANGED:
        return rows.exclude(changes={})
    if chosen == PROBLEMS:
        return rows.exclude(problems=[])
    if chosen == LEFT_OUT:
        return rows.filter(is_left_out=True)
    return rows.filter(status=chosen) if chosen in RowStatus.values else rows


def _search(request: HttpRequest, view: GridView) -> service.RowSearch:
    given = request.GET
    keys = {column.place: column.key for column in (*view.columns, *view.added)}
    sort = given.get("sort", "")
    return service.RowSearch(
        text=given.get("q", "").strip()[:LONGEST_SEARCH],
        key=keys.get(given.get("in", ""), ""),
        code=given.get("code", ""),
        about=given.get("about", ""),
        value=given.get("value"),
        sort=keys.get(
            sort.removeprefix("-"), sort.removeprefix("-") if sort in ("-line", "outcome", "-outcome") else ""
        ),
        is_descending=sort.startswith("-"),
    )


def _pages(request: HttpRequest, rows: QuerySet[BulkOperationRow], search: service.RowSearch) -> Pages:
    if not search:
        return page_of(request, rows, PAGE_SIZE)
    lines = service.find_lines(rows, search)
    return page_of_keys(request, rows, "line", lines, PAGE_SIZE)


def _filters(
    request: HttpRequest, chosen: str, total: int, bad: int, parts: Sequence[Part], *, left_out: int
) -> list[Filter]:
    kinds_of_bad = sum(part.status in TO_FIX_ROW_STATUSES for part in parts)
    shown: list[tuple[str, str, int | None]] = [(ALL, _("All rows"), total)]
    if kinds_of_bad > 1:
        shown.append((ATTENTION, _("Needs attention"), bad))
    if len(parts) > 1:
        shown += [(part.status, part.label, part.count) for part in parts]
    shown += [(CHANGED, _("With changes"), None), (PROBLEMS, _("With problems or notes"), None)]
    if left_out:
        shown.append((LEFT_OUT, _("Left out"), left_out))
    return [
        Filter(
            label=label,
            count=count,
            address=_address(request, outcome=name),
            status=name,
            is_current=name == chosen,
        )
        for name, label, count in shown
    ]


def _unasked(parts: Sequence[Part]) -> str:
    """What is shown first: what needs attention, if anything does and not everything."""
    bad = [part.status for part in parts if part.status in TO_FIX_ROW_STATUSES]
    if not bad or len(parts) == 1:
        return ALL
    return bad[0] if len(bad) == 1 else ATTENTION


def _sort_link(request: HttpRequest, column: GridColumn, search: service.RowSearch) -> SortLink:
    is_sorted = bool(search.sort) and search.sort == column.key
    direction = ("descending" if search.is_descending else "ascending") if is_sorted else "none"
    wanted = {"none": column.place, "ascending": f"-{column.place}", "descending": ""}[direction]
    return SortLink(column=column, address=_address(request, sort=wanted), direction=direction)


def _address(request: HttpRequest, *, drop: Sequence[str] = ("page",), **changed: str) -> str:
    """The page as it is asked for, with some parameters changed; empty ones are left out."""
    query = request.GET.copy()
    for name in (*drop, *(name for name, value in changed.items() if not value)):
        query.pop(name, None)
    for name, value in changed.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
