"""What the columns of a file hold."""

from __future__ import annotations

import time

import pytest

from course_discovery_bulk.data import RawRow
from course_discovery_bulk.reading.profile import ColumnProfile, ValueCount, profile_columns


def rows_of(*texts: str) -> list[RawRow]:
    return [RawRow(line=line, cells={"topics": text}) for line, text in enumerate(texts, start=2)]


def profile_of(*texts: str) -> ColumnProfile:
    (found,) = profile_columns(["Topics"], rows_of(*texts))
    return found


def counts(profile: ColumnProfile) -> list[tuple[str, int]]:
    return [(found.value, found.count) for found in profile.most_frequent]


def test_a_column_in_figures() -> None:
    assert profile_of("Math", "", "Art", "Math", "Chemistry") == ColumnProfile(
        header="Topics",
        filled=4,
        distinct=3,
        most_frequent=(
            ValueCount(value="Math", count=2),
            ValueCount(value="Art", count=1),
            ValueCount(value="Chemistry", count=1),
        ),
        longest=9,
    )


@pytest.mark.parametrize("texts", [(), ("",), ("", "", "")])
def test_an_empty_column(texts: tuple[str, ...]) -> None:
    assert profile_of(*texts) == ColumnProfile(header="Topics", filled=0, distinct=0, most_frequent=(), longest=0)


def test_five_values_are_shown_and_the_first_of_equals_comes_first() -> None:
    assert counts(profile_of("h", "g", "f", "e", "d", "c", "c", "b", "a", "a", "a")) == [
        ("a", 3),
        ("c", 2),
        ("h", 1),
        ("g", 1),
        ("f", 1),
    ]


@pytest.mark.parametrize("text", ["NA", "nan", "null", "None", "TRUE", "007", "1e5", "2027-01-01", "\ud800", "a\x00"])
def test_texts_stay_what_they_are(text: str) -> None:
    assert counts(profile_of(text, text, "7")) == [(text, 2), ("7", 1)]


def test_a_long_value_is_shortened_and_its_length_told() -> None:
    found = profile_of("x" * 5000, "x" * 4999 + "y")

    assert (found.longest, found.distinct) == (5000, 2)
    assert all(len(value.value) < 300 for value in found.most_frequent)


def test_columns_are_told_in_order_and_by_the_names_that_the_file_has() -> None:
    rows = [RawRow(line=2, cells={"title": "A", "url_slug": "a-b"}), RawRow(line=3, cells={"title": "B"})]

    found = profile_columns([" URL Slug", "", "Title"], rows)

    assert [(column.header, column.filled, column.longest) for column in found] == [
        (" URL Slug", 1, 3),
        ("", 0, 0),
        ("Title", 2, 1),
    ]


def test_figures_are_plain_numbers() -> None:
    found = profile_of("a", "b", "b")

    assert {type(found.filled), type(found.distinct), type(found.longest), type(found.most_frequent[0].count)} == {int}


def test_a_large_file_takes_less_than_a_second() -> None:
    names = [f"column_{number}" for number in range(30)]
    rows = [
        RawRow(line=line, cells={name: f"{name} {line % (at * 97 + 1)}" for at, name in enumerate(names)})
        for line in range(5_000)
    ]
    profile_columns(names[:1], rows[:1])  # loads pandas

    start = time.process_time()
    found = profile_columns(names, rows)

    assert time.process_time() - start < 1
    assert [column.distinct for column in found][:3] == [1, 98, 195]
