"""What people write where they want a field empty, or have no value yet."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import COURSE_DETAILS, TITLE
from course_discovery_bulk.columns.run import ENROLLMENT_END
from course_discovery_bulk.data import CLEAR
from tests.unit.operations.samples import parse

BY_NAME = {column.name: column for column in COURSE_DETAILS}
COLUMNS = [BY_NAME["topics"], BY_NAME["additional_information"], BY_NAME["syllabus"], ENROLLMENT_END.date]


@pytest.mark.parametrize("text", ["[clear]", "[Clear]", "[CLEAR]"])
def test_the_word_in_any_case_empties_the_field(text: str) -> None:
    assert [parse(column, text).value for column in COLUMNS] == [CLEAR] * len(COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        *("[clear].", "(clear)", "{clear}", "<clear>", "[ clear ]", "[clear", "clear]", "clear", '"[clear]"'),
        *("[delete]", "[empty]", "[Cleared]", "[none]", "(blank)", "[clear field]", "\uff3bclear\uff3d"),
    ],
)
def test_what_is_only_like_it_is_asked_about(text: str) -> None:
    found = [[problem.code for problem in parse(column, text).problems] for column in COLUMNS]

    assert found == [["LIKE_CLEAR"]] * len(COLUMNS)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (TITLE, "Clear"),
        (TITLE, "Clear (and Present) Danger"),
        (BY_NAME["additional_information"], "Clear [enough]."),
        (BY_NAME["additional_information"], "(clearly) a text"),
        (BY_NAME["topics"], "clear, empty"),
    ],
)
def test_a_text_with_the_word_in_it_is_a_text(column: Column, text: str) -> None:
    assert parse(column, text).problems == ()


def test_a_list_does_not_get_an_item_that_was_meant_to_empty_it() -> None:
    assert [found.code for found in parse(BY_NAME["topics"], "[clear], python").problems] == ["LIKE_CLEAR"]
