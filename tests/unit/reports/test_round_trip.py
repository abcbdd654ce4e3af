"""Cells that reading would refuse or change are found before they are written."""

from __future__ import annotations

import pytest

from course_discovery_bulk.operations.course_update import OPERATION
from course_discovery_bulk.reports.round_trip import find_unreadable


def unreadable(name: str, text: str) -> bool:
    (found,) = find_unreadable([{name: text}], OPERATION.columns, max_cell_bytes=20)
    assert found <= {name}
    return name in found


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\x0bb", "a\u2028b", "#REF!", "x" * 21, "\u00e4" * 11, "a\r\nb", "a\rb", "\u200ba", "a\ufeff"],
)
def test_a_cell_that_would_not_come_back(text: str) -> None:
    assert unreadable("additional_information", text)


@pytest.mark.parametrize("text", ["", "plain", "a\nb", " a ", "\u00a0a", "=1+1", "x" * 20, "#1", "NA", "a\tb"])
def test_a_cell_that_comes_back(text: str) -> None:
    assert not unreadable("additional_information", text)


def test_line_ends_of_html_say_nothing() -> None:
    assert not unreadable("syllabus", "<p>a</p>\r\n<p>b</p>")


def test_each_row_has_its_own() -> None:
    rows = [{"title": "fine"}, {"title": "a\x00"}, {"title": "fine", "topics": "#N/A"}, {}]

    assert find_unreadable(rows, OPERATION.columns, max_cell_bytes=100) == [set(), {"title"}, {"topics"}, set()]
    assert find_unreadable([], OPERATION.columns, max_cell_bytes=100) == []
