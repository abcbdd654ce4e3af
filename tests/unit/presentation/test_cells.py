import pytest

from course_discovery_bulk.presentation.cells import CellAddresses
from course_discovery_bulk.problems import BAD_DATE, Place, problem

KNOWN = {"title": "title", "price": "verified_price", "verified_price": "verified_price"}


@pytest.mark.parametrize(
    ("column", "line", "address"),
    [
        ("title", 12, "B12"),
        ("verified_price", 3, "A3"),  # by the other name that the file has for it
        ("Colour ", 1, "C1"),
        ("missing", 2, ""),
        ("title", None, ""),
        (None, 2, ""),
    ],
)
def test_problems_are_found_in_the_file(column, line, address):
    assert CellAddresses(["Price", " Title", "Colour", ""], KNOWN).of(column, line) == address


def test_columns_past_z():
    headers = [f"c{number}" for number in range(28)]
    assert CellAddresses(headers, {}).of("c27", 5) == "AB5"


def test_problems_are_told_from_left_to_right():
    names = ("c27", "c3", None, "c1", "elsewhere")
    found = [problem(BAD_DATE, Place(line=5, column=name, value="soon"), reason="") for name in names]
    placed = CellAddresses([f"c{number}" for number in range(28)], {}).place(found)
    assert [each.problem.column for each in placed] == [None, "elsewhere", "c1", "c3", "c27"]
    assert [each.address for each in placed] == ["", "", "B5", "D5", "AB5"]
