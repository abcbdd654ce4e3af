"""Numbers in the formats of a sheet look as they do in a spreadsheet, or are not shown at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from course_discovery_bulk.reading.workbook.number_formats import parse


def shown(value: float | str, code: str) -> str | None:
    known = parse(code)
    return known.show(Decimal(str(value))) if known else None


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("General", {7: "7", 3.1: "3.1"}),
        ("", {7: "7"}),
        ("@", {7: "7"}),
        ("0", {7: "7", 7.5: "8", -7.5: "-8", 2.5: "3"}),
        ("000", {7: "007", -7: "-007", 12345: "12345"}),
        ("0.00", {3.1: "3.10", 49: "49.00", 99.995: "100.00"}),
        ("#,##0", {999: "999", 1234567.891: "1,234,568"}),
        ("#,##0.00", {1234.5: "1,234.50", -0.5: "-0.50", -0.001: "0.00"}),
        ("#.##", {0.5: ".5", 12: "12."}),
        ("0.0#", {3: "3.0", 3.14159: "3.14"}),
        ("0,000", {1: "0,001", 1234: "1,234"}),
        ('"CS"000', {7: "CS007", 101: "CS101"}),
        (r"\C\S-0", {7: "CS-7"}),
        ('0 "weeks"', {3: "3 weeks"}),
        ("0%", {0.5: "50%"}),
        ("0.00%", {0.12345: "12.35%"}),
        ("#,##0,", {1_234_567: "1,235"}),
        ('0.0,"k"', {1500: "1.5k"}),
        ("#,##0,,.0", {12_345_678: "12.3"}),
        ("$#,##0.00", {49: "$49.00"}),
        ("[$€-407] #,##0.00", {49: "€ 49.00"}),
        ("[Red]0.00", {49: "49.00"}),
        ("#,##0_);(#,##0)", {5: "5", -5: "(5)"}),
        ('0;(0);"none"', {5: "5", -5: "(5)", 0: "none"}),
        ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', {1234: "1,234.00", -1: "-1.00", 0: "-"}),
        ("000-00-0000", {123456789: "123-45-6789"}),
        ("[<=9999999]###-####;(###) ###-####", {5551234: "555-1234", 5551234567: "(555) 123-4567"}),
        ("0;-0;;@", {0: "", 5: "5"}),
    ],
)
def test_numbers_are_shown_as_a_spreadsheet_does(code: str, texts: dict[float, str]) -> None:
    assert {value: shown(value, code) for value in texts} == texts


@pytest.mark.parametrize("code", ["0.00E+00", "# ?/?", "[DBNum1]0", ";;;", "0" * 300, "0." + "0" * 40, "0.0.0", ",0"])
def test_what_is_not_understood_is_not_shown(code: str) -> None:
    assert shown(7.5, code) is None


def test_the_sign_of_a_number_under_conditions_is_not_guessed() -> None:
    assert [shown(-5, code) for code in ("[<0]0;0", '[=0]"none";0')] == [None, None]
