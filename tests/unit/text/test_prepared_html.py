"""HTML as it is sent: what discovery stores reads as what was written, or it is said what is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.text.discovery_html import clean_html
from course_discovery_bulk.text.prepared_html import means_the_same, prepare_html
from course_discovery_bulk.text.visible_text import visible_words

PIECES = [*"ab <>&;*_`#[]()!~\\-+.1\n\"'/=:|", "<b>", "</b>", "<p>", "</p>", "<ul><li>", "</li></ul>", "&amp;", "&lt;"]
PIECES += ["&nbsp;", "<br>", "<sup>", "<i>", "\u2022 ", "1. ", "**", "__", "word ", "&copy"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Plain text.", "<p>Plain text.</p>"),
        ("For p<0.05 and a<b we reject", "<p>For p&lt;0.05 and a&lt;b we reject</p>"),
        ("Learn List<String>", "<p>Learn List&#60;String&#62;</p>"),
        ("Use __init__", "<p>Use &#95;&#95;init&#95;&#95;</p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("#1 course", "<p>&#35;1 course</p>"),
        ("10&nbsp;weeks", "<p>10 weeks</p>"),
        ("10\u00a0weeks", "<p>10 weeks</p>"),
        ("see a?b=1&copy=2", "<p>see a?b=1&amp;copy=2</p>"),
        ("R&amp;D and Q&A", "<p>R&amp;D and Q&amp;A</p>"),
        ("<p>R&amp;D</p>", "<p>R&amp;D</p>"),
        ("One.\n\nTwo.\nThree", "<p>One.</p>\n<p>Two.<br />\nThree</p>"),
        ("Topics:\n\u2022 one\n\u2022 two", "<p>Topics:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>"),
        ("- not a list", "<p>- not a list</p>"),
        ("2027. A year of change", "<p>2027. A year of change</p>"),
        ("<b style='font-weight:normal'><p>Not bold</p></b>", "<p>Not bold</p>"),
        ("<span style='font-weight:700'>bold</span>", "<p><strong>bold</strong></p>"),
        ("Use <!-- to open a comment.", "<p>Use &lt;!-- to open a comment.</p>"),
        ("For a <b and c > d we stop.", "<p>For a &#60;b and c &#62; d we stop.</p>"),
        ("What the <style> tag does", "<p>What the &#60;style&#62; tag does</p>"),
        (
            "<b>Intro</b>\n\nFirst.\n- y\n- z",
            "<p><strong>Intro</strong></p>\n<p>First.</p>\n<ul>\n<li>y</li>\n<li>z</li>\n</ul>",
        ),
        ("&lt;p&gt;Escaped&lt;/p&gt;", "<p>&#60;p&#62;Escaped&#60;/p&#62;</p>"),
    ],
)
def test_every_visible_word_survives(written: str, stored: str) -> None:
    prepared = prepare_html(written)

    assert prepared.stored == stored == clean_html(prepared.sent)
    assert (prepared.lost, prepared.meaning_lost, prepared.refused) == ("", (), None)


@pytest.mark.parametrize(
    ("written", "tags"),
    [("10<sup>6</sup> and H<sub>2</sub>O", ("sub", "sup")), ("was <s>old</s>", ("s",)), ("<del>50</del> 60", ("del",))],
)
def test_tags_that_change_the_meaning_are_named(written: str, tags: tuple[str, ...]) -> None:
    assert prepare_html(written).meaning_lost == tags


def test_words_that_are_stored_otherwise_are_named() -> None:
    table = "<table><tr><td>Week</td><td>Topic</td></tr></table>"

    assert prepare_html(table).lost == "Week Topic"


def test_a_blank_that_is_added_is_no_lost_word() -> None:
    prepared = prepare_html("x<b>y</b>z")

    assert (prepared.lost, prepared.split) == ("", "xyz")


def test_formatting_that_is_dropped_is_named() -> None:
    assert prepare_html('<font color="red">Red</font> <u>under</u>').formatting_lost == ("font", "u")


@pytest.mark.parametrize(
    "written", ["<p>&nbsp;</p>", "<!-- note -->", "<style>p{}</style>", '<iframe src="x"></iframe>']
)
def test_a_text_of_which_nothing_is_visible(written: str) -> None:
    assert prepare_html(written).is_empty


def test_a_picture_is_something() -> None:
    assert not prepare_html('<p><img src="https://example.org/a.png" alt=""></p>').is_empty


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_what_is_called_stored_is_stored_and_no_change_the_next_time(written: str) -> None:
    prepared = prepare_html(written)

    assert clean_html(prepared.sent) == prepared.stored
    assert means_the_same(prepared.stored, prepared.sent)


@given(st.text(alphabet="xy <>&_#.[]`~|(!\n", max_size=30))
def test_words_of_plain_text_survive_or_are_named(written: str) -> None:
    prepared = prepare_html(written)

    assert visible_words(prepared.stored) == written.split() or prepared.lost or prepared.refused
