"""HTML of stored facts for the detail pages. Everything that came from a file or from discovery is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from course_discovery_bulk.choices import RowAction
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.presentation.excerpts import excerpt_of_values
from course_discovery_bulk.presentation.side_effects import side_effects
from course_discovery_bulk.problems import Problem, translated

EMPTY = "-"


def table(headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> SafeString | str:
    """A table of escaped cells; a dash if there are no lines."""
    body = format_html_join("", "<tr>{}</tr>", ((_cells(line),) for line in lines))
    if not body:
        return EMPTY
    head = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


def problem_table(problems: Iterable[dict[str, Any]]) -> SafeString | str:
    """Stored problems, one a line."""
    headings = (_("Code"), _("Column"), _("Value"), _("Problem"), _("What to do"))
    found = (translated(Problem.from_dict(stored)) for stored in problems)
    return table(headings, ([item.code, item.column, item.value, item.message, item.hint] for item in found))


def change_table(changes: Mapping[str, Sequence[Any]]) -> SafeString | str:
    """Stored changes: field, before, after; of long values the part that differs, with the whole value below."""
    return table((_("Field"), _("Before"), _("After")), (_change(field, *pair) for field, pair in changes.items()))


def _change(field: str, before: Any, after: Any) -> tuple[Any, ...]:
    excerpt = excerpt_of_values(before, after)
    name = f"{field} ({excerpt.note})" if excerpt.note else field
    if not excerpt.is_cut:
        return name, before, after
    return name, _foldable(excerpt.before, before), _foldable(excerpt.after, after)


def _foldable(excerpt: str, whole: Any) -> SafeString:
    shown = _shown(whole)
    return format_html("{}<details><summary>{}</summary>{}</details>", excerpt or EMPTY, _("Show all"), shown)


def error_table(summary: Mapping[str, Any], rows: Iterable[BulkOperationRow]) -> SafeString | str:
    """How often each problem was found, and what exactly in the first rows; where these are gone, what is summed up."""
    found = [(row.line, translated(Problem.from_dict(stored))) for row in rows for stored in row.problems]
    if not any(item.is_error for _line, item in found):
        kept = ((code, message) for code, messages in summary.get("errors", {}).items() for message in messages)
        return table((_("Code"), _("Problem")), kept)
    totals = table((_("Code"), _("Number")), summary.get("error_totals", {}).items())
    lines = ((line, item.column, item.message, item.hint) for line, item in found if item.is_error)
    return format_html("{}{}", totals, table((_("Row"), _("Column"), _("Problem"), _("What to do")), lines))


def forecast_table(summary: Mapping[str, Any]) -> SafeString | str:
    """What applying a preview would do, or was expected to do."""
    forecast = summary.get("forecast", {})
    names = dict(RowAction.choices)
    actions = ((names.get(name, name), number) for name, number in forecast.get("actions", {}).items())
    done = table((_("What it would do"), _("Number")), actions)
    effects = format_html_join("", "<div>{}</div>", ((effect,) for effect in side_effects(summary)))
    return format_html("{}{}", done, effects) if effects else done


def _cells(line: Sequence[Any]) -> SafeString:
    return format_html_join("", "<td>{}</td>", ((_shown(value),) for value in line))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    if isinstance(value, SafeString):
        return value
    if isinstance(value, str | Promise):  # a label that is not translated yet is text too
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
