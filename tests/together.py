"""Cases that need nothing but their values run in one test, which lists all that fail: a test costs more than a case.

`pytest --apart` makes each of them a test again, to run or to debug one alone.
"""

from __future__ import annotations

import inspect
import itertools
import reprlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Arguments = dict[str, Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--apart", action="store_true", help="make a test of each case of a parametrised test")


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module, name: str, obj: object) -> pytest.Function | None:
    """One test for all cases of a function, unless it asks for a fixture or a case has a mark of its own."""
    if collector.config.getoption("apart") or not collector.istestfunction(obj, name):
        return None
    if not can_be_together(obj) or list(collector.iter_markers("django_db")):
        return None
    return pytest.Function.from_parent(collector, name=name, callobj=together(obj))


def together(test: Any) -> Callable[[], None]:
    """A function that runs a test with the values of all its cases."""

    def run_all_cases() -> None:
        __tracebackhide__ = True
        results = [_failure_of(test, case) for case in cases(test)]
        failed = [error for error in results if error]
        if len(failed) == 1:
            raise failed[0]
        if failed:
            raise BaseExceptionGroup(f"{len(failed)} of {len(results)} cases failed", failed)

    run_all_cases.__name__ = test.__name__
    run_all_cases.__doc__ = test.__doc__
    run_all_cases.__module__ = test.__module__
    run_all_cases.place_as = test  # type: ignore[attr-defined]  # where pytest says that it is
    run_all_cases.pytestmark = [mark for mark in test.pytestmark if mark.name != "parametrize"]  # type: ignore[attr-defined]
    return run_all_cases


def can_be_together(test: Any) -> bool:
    """Whether each case needs its values and nothing else."""
    marks = _parametrized(test)
    if not marks or hasattr(test, "is_hypothesis_test") or any(set(mark.kwargs) - {"ids"} for mark in marks):
        return False
    names = {name for mark in marks for name in _names(mark)}
    marked = any(isinstance(values, _WITH_ID) and values.marks for mark in marks for values in mark.args[1])
    return set(inspect.signature(test).parameters) == names and not marked


def cases(test: Any) -> Iterator[Arguments]:
    """The arguments of each case: every value of one mark with every value of the others."""
    for chosen in itertools.product(*(_values(mark) for mark in _parametrized(test))):
        yield {name: value for values in chosen for name, value in values.items()}


def _failure_of(test: Callable[..., None], case: Arguments) -> BaseException | None:
    __tracebackhide__ = True
    try:
        test(**case)
    except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:  # noqa: BLE001 - all are listed
        error.add_note(f"Case: {reprlib.repr(case)}")
        return error
    return None


def _parametrized(test: Any) -> list[pytest.Mark]:
    return [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]


def _names(mark: pytest.Mark) -> list[str]:
    names = mark.args[0]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _values(mark: pytest.Mark) -> Iterator[Arguments]:
    names = _names(mark)
    for given in mark.args[1]:
        values = given.values if isinstance(given, _WITH_ID) else given if len(names) > 1 else (given,)
        yield dict(zip(names, values, strict=True))


_WITH_ID = type(pytest.param())
