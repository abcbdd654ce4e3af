"""Keys of what exists already: taken as they stand, refused where they are not what they look like."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.keys import COURSE_KEY, COURSE_KEY_OR_UUID, COURSE_UUID, RUN_KEY
from course_discovery_bulk.operations.registry import all_operations
from tests.examples import share_of
from tests.unit.operations.samples import parse

UUID = "4f7d2a54-3b1c-4a5e-9d7e-0c8c1b2a3d4e"
# One column of every kind.
COLUMNS = {type(column.kind).__name__: column for operation in all_operations() for column in operation.columns}
# Each makes a careless expression or a careless library try again and again. As long as a cell may be, if the profile
# is the thorough one.
LONG = share_of(32 * 1024)
SECONDS = share_of(30)
ATTACKS = [
    "a",
    "+",
    " ",
    "a+",
    "1",
    ".",
    "-",
    "1/",
    "a,",
    "<",
    "<p>",
    "@",
    "a@",
    "a.",
    "'",
    "[",
    "[a](",
    "![",
    "\\[",
    "(",
]
ATTACKS += ["<ul><li>", "</", "&", "*", "`", "_a ", "> ", "https://a.", "0.0", "course-v1:", "+-"]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (COURSE_KEY, "edX+CS101.1x"),
        (COURSE_KEY, "edX/CS101"),
        (COURSE_KEY, "École+Été"),
        (RUN_KEY, "course-v1:edX+CS101+3T2027"),
        (RUN_KEY, "edX/CS101/2027"),
        (COURSE_KEY_OR_UUID, "edX+CS101"),
    ],
)
def test_a_key_is_taken_as_it_stands(column: Column, text: str) -> None:
    assert parse(column, text).value == text


@pytest.mark.parametrize("text", [UUID, UUID.upper(), UUID.replace("-", "")])
def test_a_uuid_gets_its_usual_spelling(text: str) -> None:
    assert [parse(column, text).value for column in (COURSE_UUID, COURSE_KEY_OR_UUID)] == [UUID, UUID]


@pytest.mark.parametrize(
    "text",
    [
        "edX+\uff24101",  # a wide D
        "edX\uff0bCS101",  # a wide plus
        "edX+CS\u200b101",
        "edX+CS101\u202e",
        "edX+CS\u00ad101",
        "edX+Ete\u0301",  # the accent apart from its letter
        "edX+CS\u2460",
        "edX+CS 101",
        "edX+CS101+",
        "edX",
        "+CS101",
        "x" * 130 + "+" + "y" * 130,
    ],
)
def test_what_is_not_what_it_looks_like_is_no_key(text: str) -> None:
    found = [parse(column, text).problems for column in (COURSE_KEY, COURSE_KEY_OR_UUID)]
    found.append(parse(RUN_KEY, f"course-v1:{text}+3T2027" if text != "edX+CS101+" else text).problems)

    assert [[problem.code for problem in problems] for problems in found] == [["BAD_KEY"]] * 3


@settings(max_examples=share_of(200), database=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_is_a_visible_key_or_none(text: str) -> None:
    for column in (COURSE_KEY, RUN_KEY, COURSE_KEY_OR_UUID):
        parsed = parse(column, text)
        assert bool(parsed.problems) == (parsed.value is None)
        assert parsed.value is None or parsed.value.isprintable()


@pytest.mark.hypothesis  # not fed by it, but the thorough lane runs it as well
def test_no_cell_keeps_a_worker_busy() -> None:
    slow = []
    for kind, column in COLUMNS.items():
        start = time.process_time()
        for attack in ATTACKS:
            parse(column, (attack * LONG)[:LONG])
        if time.process_time() - start > SECONDS:  # all of them: a few seconds for HTML, nothing for others
            slow.append(kind)

    assert slow == []
