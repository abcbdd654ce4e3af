"""Texts that nobody writes and that would take minutes to clean are refused; long ordinary ones are not."""

from __future__ import annotations

import pytest

from course_discovery_bulk.text.tangles import MOST_LINES, MOST_OPEN, MOST_UNCLOSED, find_tangle

LONGEST = 32_000  # about what a cell may have


@pytest.mark.parametrize(
    "text",
    [
        "[" * 51,
        "(" * 51,
        "![a](" * 51,
        "\\[x " * 51,
        "[[a]" * 51,
        "<ul><li>" * 51,
        "<OL>" * 51,
        "<ul>" * 60 + "</ul>" * 60,
        "<blockquote>" * 51,
        "> " * 51 + "said\n",
        "&gt;" * 51,
        "]" * 100 + "[" * 51,
    ],
)
def test_a_tangle_is_told_before_anybody_spends_time_on_it(text: str) -> None:
    assert f"more than {MOST_OPEN} " in str(find_tangle(text * 500))


@pytest.mark.parametrize(
    "text",
    [
        "[1] (one) " * 5000,
        "1) first 2) second " * 3000,
        "[" * 50,
        "<ul>" + "<li>x</li>" * 3000 + "</ul>",
        "<ul><li>a<ul><li>b</li></ul></li></ul>" * 500,
        "<link> <older> " * 100,
        "p<0.05 and a<b, " * 100,
        "A line of a long syllabus\n" * 1200,
        "<ul>\n" + "<li>A topic</li>\n" * 2000 + "</ul>",
        "a -> b => c >>> d",
    ],
)
def test_ordinary_brackets_and_lists_are_no_tangle(text: str) -> None:
    assert find_tangle(text) is None


@pytest.mark.parametrize("piece", ["a<b ", "<b a=", "a &lt;b ", "<!-- ", "</"])
def test_tags_and_comments_without_end_are_a_tangle(piece: str) -> None:
    assert f"more than {MOST_UNCLOSED} tags or comments" in str(find_tangle(piece * (LONGEST // len(piece))))


@pytest.mark.parametrize("piece", ["a\n===\n", "***\n", "a\n", "# a\n", "<br>", "<div>\n", "<p>x", "- a\n\n"])
def test_thousands_of_lines_of_next_to_nothing_are_a_tangle(piece: str) -> None:
    assert f"more than {MOST_LINES} lines" in str(find_tangle(piece * (LONGEST // len(piece))))
