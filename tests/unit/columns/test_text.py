"""Texts, addresses, slugs and course numbers; the cell's words are never changed, only refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from course_discovery_bulk.columns.base import Column, Parsed
from course_discovery_bulk.columns.course import COURSE_DETAILS, IMAGE, NUMBER, TITLE, URL_SLUG
from tests.unit.operations.samples import LOOKUPS, parse

BY_NAME = {column.name: column for column in (*COURSE_DETAILS, IMAGE, NUMBER, TITLE, URL_SLUG)}
LONG_ADDRESS = "https://files.example.org/cs101.png?signature=" + "a" * 700


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("title", "x" * 255),
        ("title", "Éléments d'algèbre 🎓"),
        ("number", "CS101.1x-a_b"),
        ("url_slug", "Intro_to-computing-2"),
        ("about_video_link", "https://www.youtube.com/watch?v=abc"),
        ("about_video_link", "HTTP://example.org"),
        ("image", "https://example.org/a.png"),
        ("image", LONG_ADDRESS),
        ("additional_information", "<script>kept as it is</script>" + "x" * 5000),
        ("short_description", "<p>Learn <b>much</b>.</p>"),
        ("short_description", "plain words"),
        ("long_description", "<ul><li>one</li></ul><p><a href='https://example.org'>more</a></p>"),
    ],
)
def test_text_that_is_taken_as_it_is(name: str, text: str) -> None:
    parsed = parse(BY_NAME[name], text)

    assert parsed.problems == ()
    assert parsed.value == text


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("title", "x" * 256, "TEXT_TOO_LONG"),
        ("number", "CS 101", "BAD_COURSE_NUMBER"),
        ("number", "CS/101", "BAD_COURSE_NUMBER"),
        ("number", "CS+101", "BAD_COURSE_NUMBER"),
        ("number", "ÇS101", "BAD_COURSE_NUMBER"),
        ("number", "x" * 101, "TEXT_TOO_LONG"),
        ("url_slug", "intro to computing", "BAD_SLUG"),
        ("url_slug", "learn//intro", "BAD_SLUG"),
        ("url_slug", "x" * 256, "BAD_SLUG"),
        ("about_video_link", "www.youtube.com/watch?v=abc", "BAD_URL"),
        ("about_video_link", "ftp://example.org/a", "BAD_URL"),
        ("about_video_link", "javascript:alert(1)", "BAD_URL"),
        ("about_video_link", "https://", "BAD_URL"),
        ("about_video_link", "https://exa mple.org", "BAD_URL"),
        ("about_video_link", "https://[::1", "BAD_URL"),
        ("about_video_link", LONG_ADDRESS, "TEXT_TOO_LONG"),
        ("image", "cs101.png", "BAD_URL"),
        ("image", "data:image/png;base64,AAAA", "BAD_URL"),
        ("short_description", "<h2>Heading</h2>", "REFUSED_MARKUP"),
        ("short_description", "# a heading to Markdown <h2>and HTML</h2>", "REFUSED_MARKUP"),
        ("short_description", "10<sup>6</sup>", "MEANING_CHANGED"),
        ("short_description", "<p>was <s>old</s></p>", "MEANING_CHANGED"),
        ("short_description", "<table><tr><td>a</td><td>b</td></tr></table>", "TEXT_CHANGED"),
        ("short_description", "<p>&nbsp;</p>", "INVISIBLE_TEXT"),
        ("title", "two\nlines", "LINE_BREAK"),
        ("title", "a\ttab", "CONTROL_CHARACTER"),
        ("title", "TBD", "PLACEHOLDER"),
        ("title", "TRUE", "SPREADSHEET_VALUE"),
        ("title", "WAHR", "SPREADSHEET_VALUE"),
        ("title", "0", "SPREADSHEET_VALUE"),
        ("title", "2027-03-01", "SPREADSHEET_VALUE"),
        ("title", "1-Mar", "SPREADSHEET_VALUE"),
        ("number", "0", "SPREADSHEET_VALUE"),
        ("number", "n/a", "PLACEHOLDER"),
        ("number", "TBD", "PLACEHOLDER"),
        ("number", "?", "PLACEHOLDER"),
        ("number", "_", "PLACEHOLDER"),
        ("number", ".-.", "BAD_COURSE_NUMBER"),
        ("number", "1-Mar", "DAMAGED_NUMBER"),
        ("number", "1.00E+10", "DAMAGED_NUMBER"),
        ("url_slug", "none", "PLACEHOLDER"),
        ("short_description", "<blockquote>quoted</blockquote>", "REFUSED_MARKUP"),
    ],
)
def test_text_that_is_refused_is_shown_with_its_place(name: str, text: str, code: str) -> None:
    (found,) = parse(BY_NAME[name], text).problems

    assert (found.code, found.line, found.column) == (code, 2, name)
    assert found.value is not None
    assert text.startswith(found.value.removesuffix("…"))


def test_refused_markup_says_which() -> None:
    (found,) = parse(BY_NAME["syllabus"], "<p>fine</p><h3>not</h3>").problems

    assert "h3 tag is not allowed" in found.message


HTML_COLUMNS = [column for column in COURSE_DETAILS if column.kind.name == "HTML"]


@pytest.mark.parametrize("column", HTML_COLUMNS, ids=lambda column: column.name)
def test_every_html_column_refuses_headings(column: Column) -> None:
    assert [found.code for found in parse(column, "<h1>x</h1>").problems] == ["REFUSED_MARKUP"]


def test_an_html_cell_without_a_value_has_one_of_the_errors_that_its_kind_names() -> None:
    """Rows that an earlier job has checked are not parsed again: their stored errors say which cells have a value."""
    column = next(column for column in COURSE_DETAILS if column.name == "short_description")
    with (Path(__file__).parents[2] / "data" / "cases" / "070_html.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["short_description"] for row in csv.DictReader(file)]

    found = [parse(column, text) for text in [*texts, "<p></p>", "[clear]"] if text]

    errors = [{item.code for item in parsed.problems if item.is_error} for parsed in found]
    assert [bool(codes & column.refusals) for codes in errors] == [not parsed.is_valid for parsed in found]
    assert set().union(*errors) == column.kind.refusals


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A &amp; B", "A & B"),
        ("Caf&eacute; &#8211; &#x4e2d;", "Café – 中"),
        ("A &amp;amp; B", "A &amp; B"),
        ("a&nbsp;b", "a\u00a0b"),
        ("&nbsp; A title&nbsp;", "A title"),
        ("&nbsp; `code` &nbsp; \u4e2d\u6587 \u00ec}&nbsp;", "`code` \u00a0 \u4e2d\u6587 \u00ec}"),
    ],
)
def test_a_character_written_as_in_html_is_read_and_noted(written: str, read: str) -> None:
    parsed = parse(TITLE, written)

    assert (parsed.value, [found.code for found in parsed.problems]) == (read, ["ENTITY_READ"])
    assert parse(TITLE, TITLE.kind.show(read, LOOKUPS)).value == read


@pytest.mark.parametrize("text", ["R&D; more", "a & b;", "&x;", "AT&T", "a&#10;b", "&#8238;x"])
def test_other_ampersands_are_text(text: str) -> None:
    assert parse(TITLE, text) == Parsed(value=text)


def test_a_text_of_blanks_that_are_written_as_in_html_is_none() -> None:
    assert [found.code for found in parse(TITLE, "&nbsp; &nbsp;").problems] == ["INVISIBLE_TEXT"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("title", "Zero\u200bwidth", "HIDDEN_CHARACTER"),
        ("title", "Soft\u00adhyphen", "HIDDEN_CHARACTER"),
        ("title", "<b>Bold</b> title", "TAGS_SHOWN"),
        ("title", "=A1", "SPREADSHEET_VALUE_KEPT"),
        ("title", "=Sheet 1!$B$2", "SPREADSHEET_VALUE_KEPT"),
        ("title", '=CONCATENATE("A","B")', "SPREADSHEET_VALUE_KEPT"),
        ("topics", "ai, TRUE", "SPREADSHEET_VALUE_KEPT"),
        ("additional_information", "=A1", "SPREADSHEET_VALUE_KEPT"),
        ("short_description", '<ol start="3"><li>three</li></ol>', "FORMATTING_DROPPED"),
    ],
)
def test_text_that_is_probably_not_meant_is_stored_with_a_note(name: str, text: str, code: str) -> None:
    parsed = parse(BY_NAME[name], text)

    assert parsed.is_valid
    assert [found.code for found in parsed.problems] == [code]


@pytest.mark.parametrize(
    "text", ["1984", "List<String>", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "== and ===", "True", "1 < 2"]
)
def test_titles_that_only_look_unusual_are_taken_without_a_word(text: str) -> None:
    assert parse(BY_NAME["title"], text).problems == ()
