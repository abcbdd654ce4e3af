"""List cells: a plain list replaces, one in which every value has a sign changes."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.course import COLLABORATORS, COURSE_DETAILS
from course_discovery_bulk.columns.lists import ListValue, split_list
from course_discovery_bulk.columns.run import RUN_DETAILS
from tests.unit.operations.samples import parse

BY_NAME = {column.name: column for column in (*COURSE_DETAILS, *RUN_DETAILS, COLLABORATORS)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("python", ListValue(items=("python",))),
        ("python, sql", ListValue(items=("python", "sql"))),
        ("b; a\nc", ListValue(items=("b", "a", "c"))),
        ("a,,b,", ListValue(items=("a", "b"))),
        ("a, a", ListValue(items=("a",))),
        ("+python", ListValue(added=("python",))),
        ("-python", ListValue(removed=("python",))),
        ("+a, -b, + c", ListValue(added=("a", "c"), removed=("b",))),
        ("C++", ListValue(items=("C++",))),
        ("C++, -ism", ListValue(items=("C++", "-ism"))),
        ("+C++", ListValue(added=("C++",))),
        ("+", ListValue(items=("+",))),
        (", ;", ListValue()),
    ],
)
def test_splitting(text: str, value: ListValue) -> None:
    assert split_list(text) == value


@pytest.mark.parametrize("name", ["topics", "watchers", "collaborators", "transcript_languages"])
def test_separators_alone_are_a_mistake_and_never_empty_the_list(name: str) -> None:
    (found,) = parse(BY_NAME[name], " , ; ").problems

    assert (found.code, found.column) == ("EMPTY_LIST", name)
    assert "[clear]" in found.hint


def test_a_tag_that_is_too_long_is_named() -> None:
    (found,) = parse(BY_NAME["topics"], f"short, {'x' * 101}").problems

    assert (found.code, found.value) == ("TEXT_TOO_LONG", "x" * 101)
    assert "101 characters; the limit is 100" in found.message


def test_tags_are_free() -> None:
    assert parse(BY_NAME["topics"], "Python, C++").value == ListValue(items=("Python", "C++"))


def test_e_mail_addresses() -> None:
    parsed = parse(BY_NAME["watchers"], "a@example.org; +b@example.org")

    assert parsed.value == ListValue(items=("a@example.org", "+b@example.org"))


def test_every_wrong_e_mail_address_is_named() -> None:
    problems = parse(BY_NAME["watchers"], "a@example.org, nobody, Ann <ann@example.org>").problems

    assert [(found.code, found.value) for found in problems] == [
        ("BAD_EMAIL", "nobody"),
        ("BAD_EMAIL", "Ann <ann@example.org>"),
    ]


def test_names_in_a_list_become_keys() -> None:
    parsed = parse(BY_NAME["transcript_languages"], "FR, English - united states")

    assert parsed.value == ListValue(items=("fr", "en-us"))


def test_two_names_of_one_thing_are_one() -> None:
    assert parse(BY_NAME["transcript_languages"], "fr, French").value == ListValue(items=("fr",))


def test_names_are_added_and_removed_by_key() -> None:
    parsed = parse(BY_NAME["transcript_languages"], "+French, -EN-US")

    assert parsed.value == ListValue(added=("fr",), removed=("en-us",))


def test_a_single_name_may_hold_a_comma() -> None:
    assert parse(BY_NAME["transcript_languages"], "Chinese, Simplified").value == ListValue(items=("zh-cn",))
    assert parse(COLLABORATORS, "bolt, inc.").value == ListValue(items=("bolt, inc.",))


def test_every_unknown_name_in_a_list_is_named() -> None:
    problems = parse(BY_NAME["transcript_languages"], "Frensh, Klingon, en-us").problems

    assert [(found.code, found.value) for found in problems] == [
        ("UNKNOWN_VALUE", "Frensh"),
        ("UNKNOWN_VALUE", "Klingon"),
    ]
    assert "Did you mean “French”?" in problems[0].message


def test_unknown_collaborators_are_kept_as_written_to_be_made() -> None:
    assert parse(COLLABORATORS, "Acme Labs, New Co").value == ListValue(items=("Acme Labs", "New Co"))
