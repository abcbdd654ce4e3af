"""The types between the stages: names and lookups, steps that are kept, rows that are valid or not."""

from __future__ import annotations

import json

import pytest

from course_discovery_bulk.choices import Act, StepState
from course_discovery_bulk.data import (
    CLEAR,
    CleanRow,
    Clear,
    Entry,
    FileFacts,
    LookupTable,
    Step,
    collaborator_result,
    download,
    fold,
    ref,
)
from course_discovery_bulk.problems import BAD_PRICE, COURSE_EXISTS, Place, problem

TABLE = LookupTable(
    "subject",
    [
        Entry(key="computer-science", name="Computer Science", aliases=("UUID-1",)),
        Entry(key="math", name="Mathematics", aliases=("UUID-2",)),
        Entry(key="maths-old", name="Mathematics"),
        Entry(key="Physics", name="math"),
    ],
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("edX+CS101", "edx+cs101"),
        ("  Computer   Science ", "computer science"),
        ("a\n\tb\u00a0c", "a b c"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("computer SCIENCE", ["computer-science"]),
        ("COMPUTER-science", ["computer-science"]),
        ("uuid-1", ["computer-science"]),
        ("mathematics", ["math", "maths-old"]),
        ("MATH", ["math"]),  # the key of one wins over the name of another
        ("chemistry", []),
        ("", []),
    ],
)
def test_finding(text: str, keys: list[str]) -> None:
    assert [entry.key for entry in TABLE.find(text)] == keys


@pytest.mark.parametrize(
    ("key", "found"), [("MATH", "math"), ("physics", "Physics"), ("Mathematics", None), ("", None)]
)
def test_getting_goes_by_key_alone(key: str, found: str | None) -> None:
    entry = TABLE.get(key)

    assert (entry.key if entry else None) == found


@pytest.mark.parametrize(
    ("text", "names"),
    [("Compuetr Science", ["Computer Science"]), ("Matematics", ["Mathematics"]), ("Basket weaving", [])],
)
def test_suggesting(text: str, names: list[str]) -> None:
    assert TABLE.suggest(text) == names


def test_a_table_may_be_filled_from_a_generator() -> None:
    table = LookupTable("level", (Entry(key=name, name=name) for name in ("Easy", "Hard")))

    assert [entry.key for entry in table.entries] == ["Easy", "Hard"]
    assert table.find("easy")


def test_a_step_survives_being_stored() -> None:
    step = Step(
        act=Act.UPDATE_RUN,
        target=ref("run_key"),
        body={"draft": False, "image": download("https://example.org/a.png")},
        state=StepState.SENDING,
        result={"run_key": "course-v1:edX+A+1T2027"},
        sent_at="2027-01-31T00:00:00+00:00",
    )

    assert Step.from_dict(json.loads(json.dumps(step.as_dict()))) == step


FACTS = FileFacts(
    encoding="cp1252",
    delimiter=";",
    header_line=2,
    headers=("Title", "Año"),
    row_count=3,
    notes=(problem(COURSE_EXISTS, Place(line=2), key="edX+A"),),
)


def test_facts_of_a_file_survive_being_stored() -> None:
    stored = json.loads(json.dumps(FACTS.as_dict()))

    assert FileFacts.from_dict(stored) == FACTS
    assert FileFacts.from_dict({**stored, "fact_of_a_later_version": 1}) == FACTS


def test_how_a_file_is_read_and_what_a_task_keeps_besides_make_up_its_facts() -> None:
    assert FACTS.form == {"kind": "csv", "encoding": "cp1252", "delimiter": ";", "sheet": "", "header_line": 2}

    found = FileFacts.from_dict({**FACTS.form, "headers": ["Title", "Año"], "row_count": 3})

    assert (found.encoding, found.headers, found.row_count, found.notes) == ("cp1252", FACTS.headers, 3, ())


def test_a_new_step_is_planned() -> None:
    step = Step(act=Act.CREATE_COURSE)

    assert (step.state, step.target, dict(step.body), step.sent_at) == (StepState.PLANNED, None, {}, None)


def test_a_collaborator_is_referred_to_by_its_folded_name() -> None:
    assert collaborator_result("New  CO") == collaborator_result("new co")


def test_a_row_is_valid_unless_it_has_an_error() -> None:
    note = problem(COURSE_EXISTS, Place(line=2), key="edX+A")
    error = problem(BAD_PRICE, Place(line=2, value="x"), reason="")

    assert CleanRow(line=2, group="", values={}).is_valid
    assert CleanRow(line=2, group="", values={}, problems=(note,)).is_valid
    assert not CleanRow(line=2, group="", values={}, problems=(note, error)).is_valid


def test_clear_is_not_empty_and_shows_itself() -> None:
    assert isinstance(CLEAR, Clear)
    assert bool(CLEAR)
    assert repr(CLEAR) == "CLEAR"
