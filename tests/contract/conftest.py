"""Which recordings are replayed: ours, or those in the folder that --exchanges names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.committed import committed
from tests.contract.recordings import load_all, scenarios_of
from tests.contract.replay import Scenario

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--exchanges",
        type=Path,
        help="Folder of other recorded exchanges to replay against the sandbox.",
    )
    parser.addoption(
        "--service",
        default="2026",
        choices=("2025", "2026"),
        help="What the exchanges of that folder were recorded on.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scenario" in metafunc.fixturenames:
        scenarios = scenarios_of(metafunc.config)
        metafunc.parametrize("scenario", [_as_parameter(scenario) for scenario in scenarios])


def _as_parameter(scenario: Scenario) -> object:
    # Threads that race need a database in which each of them commits.
    mark = pytest.mark.django_db(transaction=scenario.races)
    return pytest.param(scenario, marks=mark, id=f"{scenario.service}-{scenario.group}-{scenario.name}")


@pytest.fixture(scope="module")
def seeded_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The seed, once for all tests of a module: what each of them adds is rolled back."""
    with committed(django_db_blocker, load_all):
        yield


@pytest.fixture(scope="session")
def known_differences() -> list[dict[str, object]]:
    return json.loads((HERE / "known_differences.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
