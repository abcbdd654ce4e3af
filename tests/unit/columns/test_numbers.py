"""Prices, whole numbers and booleans: text in, value out, or the reason why not."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.course import COURSE_DETAILS, PRICE
from course_discovery_bulk.columns.run import LEGAL_REVIEW, MINIMUM_EFFORT
from tests.unit.operations.samples import LOOKUPS, parse


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("49", "49.00"),
        ("49.5", "49.50"),
        ("49.50", "49.50"),
        ("49.500", "49.50"),
        ("$49", "49.00"),
        ("$ 49.90", "49.90"),
        ("0", "0.00"),
        ("007", "7.00"),
        ("1500000", "1500000.00"),
        ("99999999.99", "99999999.99"),
    ],
)
def test_a_price_is_sent_with_two_decimals(text: str, amount: str) -> None:
    assert parse(PRICE, text).value == amount


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-5", "cannot be negative"),
        ("-0.01", "cannot be negative"),
        ("1,000", "thousands separators"),
        ("49,50", "thousands separators"),
        ("49.999", "more than two decimals"),
        ("49.001", "more than two decimals"),
        ("100000000", "largest price is 99999999.99"),
        ("free", ""),
        ("49 USD", ""),
        ("1E+20", ""),
        ("NaN", ""),
        ("Infinity", ""),
        ("49.", ""),
        ("4 9", ""),
    ],
)
def test_what_is_no_price_is_refused_and_says_why_where_it_can(text: str, reason: str) -> None:
    (found,) = parse(PRICE, text).problems

    assert (found.code, found.line, found.column, found.value) == ("BAD_PRICE", 2, "verified_price", text)
    assert reason in found.message


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("6", 6), ("6.0", 6), ("06", 6), ("65535", 65535)])
def test_whole_numbers(text: str, number: int) -> None:
    parsed = parse(MINIMUM_EFFORT, text)

    assert parsed.value == number
    assert type(parsed.value) is int


@pytest.mark.parametrize("text", ["-1", "6.5", "65536", "six", "6 hours", "1e3", "2-3", "9999999", "+6"])
def test_what_is_no_whole_number_in_bounds_is_refused(text: str) -> None:
    (found,) = parse(MINIMUM_EFFORT, text).problems

    assert (found.code, found.value) == ("BAD_NUMBER", text)
    assert "from 0 to 65535" in found.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TRUE", True),
        ("true", True),
        ("Yes", True),
        ("1", True),
        ("FALSE", False),
        ("No", False),
        ("0", False),
    ],
)
def test_booleans(text: str, value: bool) -> None:
    assert parse(LEGAL_REVIEW, text).value is value


@pytest.mark.parametrize("text", ["x", "y", "-", "2", "maybe", "TRUE!"])
def test_what_is_neither_true_nor_false_is_refused(text: str) -> None:
    (found,) = parse(LEGAL_REVIEW, text).problems

    assert (found.code, found.value) == ("BAD_BOOLEAN", text)


def test_a_boolean_tells_what_can_be_written() -> None:
    (column,) = (column for column in COURSE_DETAILS if column.name == "enterprise_subscription_inclusion")

    assert column.kind.allowed(LOOKUPS) == ("TRUE", "FALSE")
