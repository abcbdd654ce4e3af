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

EMPTY = "-"


def table(headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> SafeString | str:
    """A table of escaped cells; a dash if there are no lines."""
    body = format_html_join("", "<tr>{}</tr>", ((_cells(line),) for line in lines))
    if not body:
        return EMPTY
    head = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


def problem_table(problems: Iterable[Mapping[str, Any]]) -> SafeString | str:
    """Stored problems, one a line."""
    keys = ("code", "column", "value", "message", "hint")
    headings = (_("Code"), _("Column"), _("Value"), _("Problem"), _("What to do"))
    return table(headings, ([problem.get(key) for key in keys] for problem in problems))


def change_table(changes: Mapping[str, Sequence[Any]]) -> SafeString | str:
    """Stored changes: field, before, after."""
    return table((_("Field"), _("Before"), _("After")), ([field, *pair] for field, pair in changes.items()))


def error_table(summary: Mapping[str, Any]) -> SafeString | str:
    """The problems of rows that a summary keeps, one a line."""
    found = ((code, message) for code, messages in summary.get("errors", {}).items() for message in messages)
    return table((_("Code"), _("Problem")), found)


def forecast_table(summary: Mapping[str, Any]) -> SafeString | str:
    """What applying a preview would do, or was expected to do."""
    forecast = summary.get("forecast", {})
    names = dict(RowAction.choices)
    actions = ((names.get(name, name), number) for name, number in forecast.get("actions", {}).items())
    return table((_("What it would do"), _("Number")), [*actions, *forecast.get("side_effects", {}).items()])


def _cells(line: Sequence[Any]) -> SafeString:
    return format_html_join("", "<td>{}</td>", ((_shown(value),) for value in line))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str | Promise):  # a label that is not translated yet is text too
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
