"""Tests of many cases: every case runs, each that fails is listed, and no test that needs more is touched."""

from __future__ import annotations

import pytest

from tests.together import can_be_together, cases, together


@pytest.mark.parametrize("left", [1, 2])
@pytest.mark.parametrize(("right", "total"), [(1, 3), pytest.param(2, 4, id="two")])
def adds_up(left: int, right: int, total: int) -> None:
    assert left + right == total


@pytest.mark.parametrize("number", [1, pytest.param(2, marks=pytest.mark.xfail)])
def has_a_mark(number: int) -> None: ...


@pytest.mark.parametrize("number", [1, 2])
def asks_for_a_fixture(number: int, settings: object) -> None: ...


@pytest.mark.parametrize("settings", [1, 2], indirect=True)
def gives_a_fixture_its_value(settings: object) -> None: ...


def has_one_case() -> None: ...


def test_every_case_runs_and_each_that_fails_is_listed() -> None:
    with pytest.raises(BaseExceptionGroup, match="2 of 4 cases failed") as raised:
        together(adds_up)()

    assert [error.__notes__ for error in raised.value.exceptions] == [
        ["Case: {'left': 1, 'right': 1, 'total': 3}"],
        ["Case: {'left': 1, 'right': 2, 'total': 4}"],
    ]


def test_a_test_that_needs_more_than_values_is_left_alone() -> None:
    alone = (has_a_mark, asks_for_a_fixture, gives_a_fixture_its_value, has_one_case)

    assert [test.__name__ for test in (adds_up, *alone) if can_be_together(test)] == ["adds_up"]
    assert len(list(cases(adds_up))) == 4
