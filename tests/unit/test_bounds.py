"""Problems are kept in bounds, and no row with an error becomes one without."""

from __future__ import annotations

from collections.abc import Iterator

from course_discovery_bulk.problems import (
    BAD_EMAIL,
    PLACEHOLDER_KEPT,
    SPREADSHEET_ERROR,
    Allowance,
    Place,
    Problem,
    bounded_reading,
    problem,
)


def stated(kind: object, count: int) -> Iterator[Problem]:
    return (problem(kind, Place(line=2, column=f"c{number}", value="x")) for number in range(count))  # type: ignore[arg-type]


def test_errors_are_kept_before_notes_and_the_others_counted() -> None:
    found = [*stated(PLACEHOLDER_KEPT, 3), *stated(BAD_EMAIL, 4)]

    kept = Allowance(per_row=2).take(found, 2)

    assert [item.code for item in kept] == ["BAD_EMAIL", "BAD_EMAIL", "MORE_PROBLEMS"]
    assert "has 5 problems" in kept[-1].message


def test_what_is_left_out_of_a_good_row_is_a_note() -> None:
    kept = Allowance(per_row=2).take(list(stated(PLACEHOLDER_KEPT, 3)), 2)

    assert [item.is_error for item in kept] == [False, False, False]
    assert kept[-1].code == "MORE_NOTES"


def test_after_the_limit_of_a_file_each_row_keeps_one() -> None:
    allowance = Allowance(per_row=3, per_file=4)

    counts = [len(allowance.take(list(stated(BAD_EMAIL, 3)), line)) for line in range(2, 6)]

    assert counts == [3, 3, 2, 2]  # one, and the one that counts the others


def test_problems_of_reading_fit_in_what_a_row_may_have() -> None:
    kept = bounded_reading(stated(SPREADSHEET_ERROR, 200), 20, 2)

    assert len(kept) == 20
    assert kept[-1].code == "UNREADABLE_CELLS"
    assert "has 181 problems" in kept[-1].message


def test_what_a_program_or_a_field_says_is_cut_in_a_message() -> None:
    long = "x" * 40_000

    assert len(problem(BAD_EMAIL, Place(value=long)).message) < 1_000


def test_a_row_of_which_reading_notes_much_stays_a_good_one() -> None:
    kept = bounded_reading(stated(PLACEHOLDER_KEPT, 40), 20, 2)

    assert [item.is_error for item in kept] == [False] * 20
    assert kept[-1].code == "MORE_NOTES"
