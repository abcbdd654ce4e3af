"""Cleaning: before and after, and what is refused afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.text.discovery_html import clean_html, find_refused_markup

BEFORE_AND_AFTER = [
    ("plain", "<p>plain</p>"),
    ("", ""),
    ("   ", ""),
    ("line one\nline two\n\nline three", "<p>line one line two line three</p>"),
    ('<p style="color:red">a <b>b</b> <i>c</i></p>', "<p>a <strong>b</strong> <em>c</em></p>"),
    ("<u>under</u>", "<p><em>under</em></p>"),
    ("<ul><li>one</li><li>two</li></ul>", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
    ("<script>alert(1)</script><p>q</p>", "<p>q</p>"),
    ('<p>a</p><iframe src="https://example.org"></iframe>', "<p>a</p>"),
    ("<p>a</p><!-- hidden -->", "<p>a</p>"),
    ("<p>a&nbsp;b</p>", "<p>ab</p>"),
    ("<p><b></b></p><p>x</p>", "<p>x</p>"),
    (
        '<a href="https://example.org" target="_blank" onclick="x()">l</a>',
        '<p><a href="https://example.org" target="_blank">l</a></p>',
    ),
    ('<p class="x" id="y">a</p>', "<p>a</p>"),
    ('<p dir="rtl">a <b>b</b></p>', '<p dir="rtl">a <b>b</b></p>'),
    ('<ul dir="rtl"><li>a</li></ul>', '<ul dir="rtl">\n<li>a</li>\n</ul>'),
    ('<p><span lang="fr">oui</span></p>', '<p><span lang="fr">oui</span></p>'),
    ("* one", "<ul>\n<li>one</li>\n</ul>"),
]


@pytest.mark.parametrize(("before", "after"), BEFORE_AND_AFTER)
def test_cleaning(before: str, after: str) -> None:
    assert clean_html(before) == after


@pytest.mark.parametrize("after", [after for _, after in BEFORE_AND_AFTER])
def test_the_stored_form_stays_as_it_is(after: str) -> None:
    assert clean_html(after) == after


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ("<h1>Head</h1><p>x</p>", "h1 tag is not allowed"),
        ("# looks like a heading", "h1 tag is not allowed"),
        ("<blockquote>said</blockquote>", "blockquote tag is not allowed"),
        ("<table><tr><td>a</td></tr></table>", "h2 tag is not allowed"),
        ("<p>fine</p>", None),
        ('<a href="https://example.org">fine</a>', None),
    ],
)
def test_what_is_refused_after_cleaning(sent: str, reason: str | None) -> None:
    assert find_refused_markup(clean_html(sent)) == reason


@pytest.mark.parametrize(
    ("cleaned", "reason"),
    [
        ('<p onclick="x">a</p>', "onclick attribute is not allowed on the p tag"),
        ("<p>a</h3>", "h3 tag is not allowed"),
        ("<!-- x -->", "a comment is not allowed"),
        ("<!DOCTYPE html>", "a declaration is not allowed"),
        ("<?php x ?>", "an instruction is not allowed"),
        ("<![CDATA[x]]>", "a declaration is not allowed"),
        ("<h1>a</h1><h2>b</h2>", "h1 tag is not allowed"),
    ],
)
def test_the_first_refused_thing_is_named(cleaned: str, reason: str) -> None:
    assert find_refused_markup(cleaned) == reason


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=60))
def test_words_survive_cleaning(text: str) -> None:
    """Letters and digits all come back, in order; only blanks are joined."""
    kept = "".join(clean_html(text).removeprefix("<p>").removesuffix("</p>").split())
    assert kept == "".join(text.split())
