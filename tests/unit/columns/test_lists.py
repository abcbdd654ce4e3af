"""List cells: a plain list replaces, one in which every value has a sign changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.columns.base import Cell, Context
from course_discovery_bulk.columns.course import COLLABORATORS, COURSE_DETAILS
from course_discovery_bulk.columns.lists import ListFault, ListValue, join_list, replace_items, split_list
from course_discovery_bulk.columns.run import RUN_DETAILS
from course_discovery_bulk.data import Entry, LookupTable
from course_discovery_bulk.text.folding import fold
from tests.unit.operations.samples import LOOKUPS, parse

BY_NAME = {column.name: column for column in (*COURSE_DETAILS, *RUN_DETAILS, COLLABORATORS)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("python", ListValue(items=("python",))),
        ("python, sql", ListValue(items=("python", "sql"))),
        ("b; a\nc", ListValue(items=("b", "a", "c"))),
        ("a,,b,", ListValue(items=("a", "b"))),
        ("'a', 'b'", ListValue(items=("a", "b"))),
        ("'Epsilon, Inc.', Zeta", ListValue(items=("Epsilon, Inc.", "Zeta"))),
        ("+\u2018a\u2019, -\u2018b\u2019", ListValue(added=("a",), removed=("b",))),
        ("'don't', b", ListValue(items=("don't", "b"))),
        ("'Round Midnight, O'Reilly", ListValue(items=("'Round Midnight", "O'Reilly"))),
        ("rock 'n' roll, students'", ListValue(items=("rock 'n' roll", "students'"))),
        ("a, a", ListValue(items=("a",))),
        ("+python", ListValue(added=("python",))),
        ("-python", ListValue(removed=("python",))),
        ("+a, -b, +c", ListValue(added=("a", "c"), removed=("b",))),
        ("+a, -b, + c", ListFault.MIXED_SIGNS),
        ("C++", ListValue(items=("C++",))),
        ("C++, -ism", ListFault.MIXED_SIGNS),
        ('C++, "-ism"', ListValue(items=("C++", "-ism"))),
        ("+C++", ListValue(added=("C++",))),
        ("+", ListValue(items=("+",))),
        (", ;", ListValue()),
        ("- python\n- statistics", ListValue(items=("python", "statistics"))),
        ("\u2022 python\n\u2022 statistics", ListValue(items=("python", "statistics"))),
        ("\u2022 python \u2022 statistics", ListValue(items=("python", "statistics"))),
        ("* python\n* statistics", ListValue(items=("python", "statistics"))),
        ("*args", ListValue(items=("*args",))),
        ("-- python", ListValue(items=("python",))),
        ("--python", ListValue(items=("--python",))),
        ("python|statistics", ListValue(items=("python", "statistics"))),
        (
            "\u6570\u5b66\u3001\u82f1\u8bed\uff0c\u7269\u7406",
            ListValue(items=("\u6570\u5b66", "\u82f1\u8bed", "\u7269\u7406")),
        ),
        ("1. python\n2. stats", ListValue(items=("python", "stats"))),
        ("2. Bundesliga", ListFault.ODD_NUMBERING),
        ('1. "Epsilon, Inc."\n2. Foo', ListValue(items=("Epsilon, Inc.", "Foo"))),
        ('1. "a", 2. b', ListValue(items=("a", "b"))),
        ("1\u3001a\n2\u3001b", ListValue(items=("a", "b"))),
        ("(1) a\n(2) b", ListValue(items=("a", "b"))),
        ("1\uff09a\n2\uff09b", ListValue(items=("a", "b"))),
        ("1. a\n3. b", ListFault.ODD_NUMBERING),
        ("\u25cf a\n\u25cf b", ListValue(items=("a", "b"))),
        ("\uf0b7 a\n\uf0b7 b", ListValue(items=("a", "b"))),
        ("\u0645\u06cc\u200c\u062e", ListValue(items=("\u0645\u06cc\u200c\u062e",))),
        ('"2. Bundesliga"', ListValue(items=("2. Bundesliga",))),
        ("3.10, 1.5 liters", ListValue(items=("3.10", "1.5 liters"))),
        ("+ml, -ai, stats", ListFault.MIXED_SIGNS),
        ("+AI, Data", ListFault.MIXED_SIGNS),
        ("\u2013python, \u2212sql, \uff0bml", ListValue(added=("ml",), removed=("python", "sql"))),
        ("+a, -A", ListFault.ADDED_AND_REMOVED),
        ('"Epsilon, Inc.", Zeta', ListValue(items=("Epsilon, Inc.", "Zeta"))),
        ("\u201cEpsilon, Inc.\u201d, Zeta", ListValue(items=("Epsilon, Inc.", "Zeta"))),
        ('+"Epsilon, Inc.", -Zeta', ListValue(added=("Epsilon, Inc.",), removed=("Zeta",))),
        ('"say ""hi"""', ListValue(items=('say "hi"',))),
        ('say "hi", b', ListValue(items=('say "hi"', "b"))),
        ('"a', ListFault.OPEN_QUOTE),
        ('"a" b', ListFault.OPEN_QUOTE),
        ("Acme\u200b Labs", ListValue(items=("Acme Labs",))),
        ("Rio\u0301 Data", ListValue(items=("Ri\u00f3 Data",))),
        ("Acme\u00a0 Labs", ListValue(items=("Acme Labs",))),
    ],
)
def test_splitting(text: str, value: ListValue | ListFault) -> None:
    assert split_list(text) == value


@given(st.lists(st.text(min_size=1, max_size=8).filter(str.strip), max_size=4, unique_by=fold))
def test_every_list_can_be_said_in_a_cell(items: list[str]) -> None:
    assert split_list(join_list(items)) == ListValue(items=tuple(items))


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
    parsed = parse(BY_NAME["watchers"], 'a@example.org; "+b@example.org"')

    assert parsed.value == ListValue(items=("a@example.org", "+b@example.org"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("+ml, -ai, stats", "MIXED_SIGNS"),
        ("+ml, -ML", "ADDED_AND_REMOVED"),
        ('"ml, ai', "LIST_QUOTES"),
        ("2. ml, 3. ai", "LIST_NUMBERING"),
    ],
)
@pytest.mark.parametrize("name", ["topics", "watchers", "collaborators", "transcript_languages"])
def test_a_list_that_can_be_read_in_two_ways_is_a_problem(name: str, text: str, code: str) -> None:
    (found,) = parse(BY_NAME[name], text).problems

    assert (found.code, found.column, found.value) == (code, name, text)


def test_the_end_of_a_company_name_is_no_collaborator() -> None:
    (found,) = parse(COLLABORATORS, "Eta, Inc.").problems

    assert (found.code, found.value) == ("SPLIT_NAME", "Inc.")
    assert parse(COLLABORATORS, '"Eta, Inc."').value == ListValue(items=("Eta, Inc.",))


@pytest.mark.parametrize("text", ["N/A", "-", "TBD", "None", "Acme Labs, n/a"])
def test_a_placeholder_is_no_collaborator_and_is_noted_as_a_topic(text: str) -> None:
    (refused,) = parse(COLLABORATORS, text).problems
    noted = parse(BY_NAME["topics"], text)

    assert (refused.code, refused.is_error) == ("PLACEHOLDER", True)
    assert [(note.code, note.is_error) for note in noted.problems] == [("PLACEHOLDER_KEPT", False)]
    assert noted.value is not None


def test_addresses_are_read_as_mail_programs_write_them() -> None:
    text = 'Ann Lee <ann@example.org>; "Ray, Bob" <bob@example.org>, mailto:cy@example.org, ANN@example.org'

    assert parse(BY_NAME["watchers"], text).value == ListValue(
        items=("ann@example.org", "bob@example.org", "cy@example.org")
    )
    assert parse(BY_NAME["watchers"], "-Ann <ann@example.org>").value == ListValue(removed=("ann@example.org",))


@pytest.mark.parametrize("name", ["collaborators", "topics"])
def test_a_name_of_a_character_is_read_before_the_list_is_parted(name: str) -> None:
    parsed = parse(BY_NAME[name], 'AT&amp;T; R&D, "Q&amp;amp;A"')

    assert parsed.value == ListValue(items=("AT&T", "R&D", "Q&amp;A"))
    assert [(note.code, note.is_error) for note in parsed.problems] == [("ENTITY_READ", False)]


@pytest.mark.parametrize("name", ["collaborators", "topics"])
def test_a_name_is_not_torn_at_a_comma_in_brackets(name: str) -> None:
    for text in ("Acme (Rome, Oslo), Beta", "['Acme', 'Beta']"):
        assert [found.code for found in parse(BY_NAME[name], text).problems] == ["SPLIT_NAME"]
    assert parse(BY_NAME[name], '"Acme (Rome, Oslo)", Beta (UK), :)').is_valid
    assert parse(BY_NAME[name], join_list(["[", "]"])).value == ListValue(items=("[", "]"))


def test_names_that_differ_in_case_alone_are_one() -> None:
    assert split_list("Acme, ACME, Beta, acme") == ListValue(items=("Acme", "Beta"))
    assert split_list("+AI, +ai, -ML, -ml") == ListValue(added=("AI",), removed=("ML",))


def test_every_wrong_e_mail_address_is_named() -> None:
    (found,) = parse(BY_NAME["watchers"], "a@example.org, nobody, someone@nowhere, Ann").problems

    assert (found.code, found.value) == ("BAD_EMAIL", "nobody")
    assert found.message == (
        "“nobody” is not an email address. 2 more values in this cell have the same problem: someone@nowhere, Ann."
    )


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
    (found,) = parse(BY_NAME["transcript_languages"], "Klingon, Frensh, en-us").problems

    assert (found.code, found.value) == ("UNKNOWN_VALUE", "Klingon")
    assert found.message.endswith("Another value in this cell has the same problem: Frensh (French?).")


def test_ten_of_many_bad_values_are_named_and_the_others_counted() -> None:
    words = [f"word{number}" for number in range(5000)]

    (found,) = parse(BY_NAME["watchers"], ", ".join(words)).problems

    assert found.message.endswith(
        "4999 more values in this cell have the same problem: "
        "word1, word2, word3, word4, word5, word6, word7, word8, word9 and 4990 more."
    )


def test_unknown_collaborators_are_kept_as_written_to_be_made() -> None:
    assert parse(COLLABORATORS, "Acme Labs, New Co").value == ListValue(items=("Acme Labs", "New Co"))


BERKELEY = "University of California, Berkeley"


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        (BERKELEY, [BERKELEY], [BERKELEY]),
        (f"Acme,{BERKELEY}, Beta", ["Acme", BERKELEY], ["Acme", BERKELEY, "Beta"]),
        ("university of california,  BERKELEY; Beta", [BERKELEY], ["university of california, BERKELEY", "Beta"]),
        ('"University of California", Berkeley', [BERKELEY], ["University of California", "Berkeley"]),
        (f'+Acme\n+"{BERKELEY}"', [BERKELEY], ["Acme", BERKELEY]),
        (f"Acme; {BERKELEY}", [BERKELEY, "Berkeley"], ["SPLIT_NAME: University of California"]),
        (
            f"Acme; {BERKELEY}",
            [BERKELEY, "Berkeley", "University of California"],
            ["SPLIT_NAME: University of California"],
        ),
        (f"{BERKELEY}, Acme", ["Acme"], ["NAMES_PARTED", "University of California", "Berkeley", "Acme"]),
        ("Acme\nBeta; Gamma", [], ["Acme", "Beta", "Gamma"]),
    ],
)
def test_a_name_with_a_comma_is_one_if_only_the_whole_is_known(
    text: str, known: list[str], expected: list[str]
) -> None:
    table = LookupTable("collaborator", [Entry(key=str(place), name=name) for place, name in enumerate(known)])

    parsed = COLLABORATORS.parse(
        Cell(line=2, column="collaborators", text=text), Context(lookups=replace(LOOKUPS, collaborators=table))
    )

    if not parsed.is_valid:
        assert [f"{found.code}: {found.value}" for found in parsed.problems] == expected
    else:
        assert [*(found.code for found in parsed.problems), *parsed.value.all_items()] == expected


def test_a_long_cell_of_apostrophes_is_read_at_once() -> None:
    assert len(split_list("'" + ",'".join(f"a{number}" for number in range(8000))).items) == 8000


def test_a_value_that_is_replaced_by_nothing_goes_and_the_others_keep_their_signs():
    assert replace_items("+Old, +Kept", {"old": ""}) == "+Kept"
    assert replace_items("Old; Kept", {"old": "New, Inc."}) == '"New, Inc.", Kept'
    assert replace_items("Old; Kept", {"other": "New"}) == "Old; Kept"
