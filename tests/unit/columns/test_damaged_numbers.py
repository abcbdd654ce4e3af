"""What a spreadsheet makes of a course number is refused; a number that only looks a little like it is not."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.damaged_numbers import find_damage


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("1-Mar", "Dec-10", "10-Dec", "Mar-2027", "1.Okt", "01-mars", "01.03.2027", "2027-03-01"), "into dates"),
        (("45000.5", "46447.75"), "as spreadsheets store it"),
        (("1.00E+10", "1E+20", "1,23457E+19"), "missing digits"),
        (("123456789012345000", "1000000000000000000"), "15 digits"),
        (("TRUE", "FALSE"), "TRUE or FALSE"),
    ],
)
def test_what_a_spreadsheet_did_is_named(texts: tuple[str, ...], words: str) -> None:
    assert [text for text in texts if words not in (find_damage(text) or "")] == []


def test_numbers_that_people_type_are_left_alone() -> None:
    typed = (
        *(
            "101",
            "007",
            "3.10",
            "6.00.1x",
            "18.06",
            "CS101",
            "MAR-10",
            "OCT-2",
            "1E10",
            "6.002E",
            "45000",
            "2027",
            "1-2",
        ),
        *("12-MAY", "true1", "123456789012345", "1234567890123456", "A-10", "Mar", "mar-x", "10.10.10"),
    )
    assert [text for text in typed if find_damage(text)] == []
