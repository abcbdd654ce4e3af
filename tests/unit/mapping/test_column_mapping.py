"""A mapping as it reads the cells of a row, and as it is stored."""

from __future__ import annotations

import json

from course_discovery_bulk.mapping.checking import check_mapping
from course_discovery_bulk.mapping.column_mapping import ColumnMapping, Join
from course_discovery_bulk.mapping.signature import signature_of
from course_discovery_bulk.operations.course_create import OPERATION

WRITTEN = {
    "columns": {"Course Name": "title", "Coordinator": None},
    "constants": {"organization": "edX"},
    "values": {"primary_subject": {"Comp Sci": "Computer Science"}},
    "joins": {"short_description": {"headers": ["Teaser", "Details"], "separator": " - "}},
}
CELLS = {
    "course_name": "Rivers",
    "coordinator": "Ann",
    "number": "RIV1",
    "primary_subject": "COMP SCI",
    "teaser": "Short",
    "details": "",
}


def test_cells_are_read_by_chosen_headers_own_names_constants_joins_and_words() -> None:
    operation = OPERATION.reading_by(ColumnMapping.from_dict(WRITTEN))

    assert operation.texts(CELLS) == {
        "title": "Rivers",
        "number": "RIV1",
        "primary_subject": "Computer Science",
        "short_description": "Short",
        "organization": "edX",
    }


def test_a_header_that_is_left_out_loses_the_meaning_of_its_name() -> None:
    operation = OPERATION.reading_by(ColumnMapping.from_dict({"columns": {"title": None, "Name": "title"}}))

    assert operation.texts({"title": "Dr.", "name": "Rivers"}) == {"title": "Rivers"}


def test_joined_cells_keep_the_order_of_the_mapping() -> None:
    mapping = ColumnMapping(joins={"title": Join(headers=("b", "a"), separator=": ")})

    assert OPERATION.reading_by(mapping).texts({"a": "Part one", "b": "Rivers"}) == {"title": "Rivers: Part one"}


def test_a_joined_cell_that_is_to_be_cleared_adds_nothing_to_the_others() -> None:
    operation = OPERATION.reading_by(ColumnMapping(joins={"title": Join(headers=("a", "b"))}))

    assert operation.texts({"a": "[Clear]", "b": "Rivers"}) == {"title": "Rivers"}
    assert operation.texts({"a": "[clear]", "b": "[clear]"}) == {"title": "[clear]"}


def test_what_is_stored_reads_the_same() -> None:
    mapping = ColumnMapping.from_dict(WRITTEN)

    assert ColumnMapping.from_dict(json.loads(json.dumps(mapping.as_dict()))) == mapping
    assert ColumnMapping().as_dict() == {}


def test_an_unfit_mapping_is_told_with_every_name_that_does_not_fit() -> None:
    mapping = ColumnMapping.from_dict(
        {"columns": {"Course Nam": "title", "Code": "numbre"}, "constants": {"title": "Rivers"}}
    )

    found = [
        (item.code, item.column, item.message)
        for item in check_mapping(mapping, ["Course Name", "Code", "title"], OPERATION.own_headers, "Create courses")
    ]

    assert [(code, column) for code, column, _message in found] == [
        ("UNKNOWN_MAPPED_HEADER", "course_nam"),
        ("UNKNOWN_MAPPED_COLUMN", "numbre"),
        ("CONSTANT_AND_COLUMN", "title"),
    ]
    assert "course_name" in found[0][2]
    assert "“number”" in found[1][2]


def test_a_header_of_one_column_is_not_joined_to_another() -> None:
    mapping = ColumnMapping.from_dict(
        {"columns": {"A": "title", "B": "syllabus"}, "joins": {"syllabus": {"headers": ["A", "B"]}}}
    )

    found = list(check_mapping(mapping, ["A", "B"], OPERATION.own_headers, "Create courses"))

    assert [(item.code, item.column) for item in found] == [("HEADER_OF_TWO_COLUMNS", "A")]


def test_texts_of_a_mapping_are_trimmed_and_hold_no_more_than_cells_may() -> None:
    mapping = ColumnMapping.from_dict(
        {"constants": {"title": " Rivers\x07 ", "organization": " edX "}, "values": {"number": {"a": "\u202eB"}}}
    )

    assert mapping.constants["organization"] == "edX"
    found = check_mapping(mapping, ["number"], OPERATION.own_headers, "Create courses")
    assert [(item.code, item.column) for item in found] == [
        ("DAMAGED_MAPPING_TEXT", "title"),
        ("DAMAGED_MAPPING_TEXT", "number"),
    ]


def test_the_rows_to_fix_have_the_signature_of_their_file() -> None:
    headers = ["Course Name", "Code"]

    assert signature_of([*headers, "line", "status", "codes", "messages"]) == signature_of(["Code", "course name", ""])
    assert signature_of(headers) != signature_of(["Course Name", "Number"])
