"""Prices, whole numbers and booleans: text in, value out, or the reason why not."""

from __future__ import annotations

import pytest

from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.columns.course import COURSE_DETAILS, PRICE
from course_discovery_bulk.columns.run import LEGAL_REVIEW, MINIMUM_EFFORT
from course_discovery_bulk.data import Evidence, Proof
from tests.unit.operations.samples import LOOKUPS, parse


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("49", "49.00"),
        ("49.5", "49.50"),
        ("49.50", "49.50"),
        ("49.5000", "49.50"),
        (".99", "0.99"),
        ("$49", "49.00"),
        ("US$49", "49.00"),
        ("49 USD", "49.00"),
        ("USD 49.90", "49.90"),
        ("49,00", "49.00"),  # a comma with two digits behind it separates no thousands
        ("49,5", "49.50"),
        ("1.000,50", "1000.50"),
        ("1,000.50", "1000.50"),
        ("1,000,000", "1000000.00"),
        ("1 000", "1000.00"),
        ("1\u202f000,50", "1000.50"),
        ("1'000.50", "1000.50"),
        ("\u0664\u0669", "49.00"),  # in Arabic digits
        ("\uff14\uff19", "49.00"),  # in wide ones
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
        ("-$5", "cannot be negative"),
        ("(49.00)", "cannot be negative"),
        ("1,000", "can mean 1.000 or 1000."),
        ("49.500", "can mean 49.500 or 49500."),
        ("49.999", "can mean 49.999 or 49999."),
        ("14.73000001", "more than two decimals"),
        ("100000000", "largest price is 99999999.99"),
        ("Free", "Write 0 "),
        ("49%", "percentage"),
        ("\u20ac49", "US dollars"),
        ("49 EUR", "US dollars"),
        ("1e3", "exponent"),
        ("1E+20", "exponent"),
        ("4\u200b9", "U+200B ZERO WIDTH SPACE"),
        ("1.00.00", "points and commas"),
        ("49/59", ""),
        ("49.00 (verified)", ""),
        ("Infinity", ""),
        ("49.", ""),
        ("4 9", ""),
    ],
)
def test_what_is_no_price_is_refused_and_says_why_where_it_can(text: str, reason: str) -> None:
    (found,) = parse(PRICE, text).problems

    assert (found.code, found.line, found.column, found.value) == ("BAD_PRICE", 2, "verified_price", text)
    assert reason in found.message


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [("1.000", ",", "1000.00"), ("49,500", ".", "49500.00"), ("1.000", ".", None), ("49,500", ",", None)],
)
def test_other_amounts_of_the_file_tell_thousands_but_three_decimals_are_no_cents(
    text: str, mark: str, amount: str | None
) -> None:
    evidence = Evidence(amounts={mark: Proof(line=7, text=f"49{mark}00")})

    parsed = parse(PRICE, text, Context(lookups=LOOKUPS, evidence=evidence))

    assert (parsed.value, [found.code for found in parsed.problems]) == (amount, [] if amount else ["BAD_PRICE"])


def test_amounts_that_contradict_each_other_tell_nothing() -> None:
    evidence = Evidence(amounts={".": Proof(line=7, text="49.00"), ",": Proof(line=8, text="49,00")})

    (found,) = parse(PRICE, "1.000", Context(lookups=LOOKUPS, evidence=evidence)).problems

    assert found.code == "BAD_PRICE"


@pytest.mark.parametrize("text", ["-", "N/A", "TBD", "n.a."])
def test_a_placeholder_is_called_one(text: str) -> None:
    assert [found.code for found in parse(PRICE, text).problems] == ["PLACEHOLDER"]


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("6", 6), ("6.0", 6), ("6,0", 6), ("06", 6), ("65535", 65535)])
def test_whole_numbers(text: str, number: int) -> None:
    parsed = parse(MINIMUM_EFFORT, text)

    assert parsed.value == number
    assert type(parsed.value) is int


@pytest.mark.parametrize("text", ["-1", "6.5", "1.000", "65536", "six", "6 hours", "1e3", "2-3", "9999999", "+6"])
def test_what_is_no_whole_number_in_bounds_is_refused(text: str) -> None:
    (found,) = parse(MINIMUM_EFFORT, text).problems

    assert (found.code, found.value) == ("BAD_NUMBER", text)
    assert "from 0 to 65535" in found.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TRUE", True),
        ("WAHR", True),
        ("VRAI", True),
        ("\u0418\u0421\u0422\u0418\u041d\u0410", True),
        ("FALSCH", False),
        ("FA\u0141SZ", False),
        ("YANLI\u015e", False),
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


@pytest.mark.parametrize("text", ["x", "y", "2", "maybe", "TRUE!"])
def test_what_is_neither_true_nor_false_is_refused(text: str) -> None:
    (found,) = parse(LEGAL_REVIEW, text).problems

    assert (found.code, found.value) == ("BAD_BOOLEAN", text)


def test_a_boolean_tells_what_can_be_written() -> None:
    (column,) = (column for column in COURSE_DETAILS if column.name == "enterprise_subscription_inclusion")

    assert column.kind.allowed(LOOKUPS) == ("TRUE", "FALSE")
