"""Which recordings are replayed: ours, or those in the folder that --exchanges names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from sandbox.discovery.seed import load_seed
from tests.committed import committed
from tests.contract.replay import Scenario, read_scenarios

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--exchanges",
        type=Path,
        default=HERE / "exchanges",
        help="Folder of recorded exchanges to replay against the sandbox.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scenario" in metafunc.fixturenames:
        scenarios = read_scenarios(metafunc.config.getoption("exchanges"))
        metafunc.parametrize("scenario", [_as_parameter(scenario) for scenario in scenarios])


def _as_parameter(scenario: Scenario) -> object:
    # Threads that race need a database in which each of them commits.
    mark = pytest.mark.django_db(transaction=scenario.races)
    return pytest.param(scenario, marks=mark, id=f"{scenario.group}-{scenario.name}")


@pytest.fixture(scope="module")
def seeded_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The seed, once for all tests of a module: what each of them adds is rolled back."""
    with committed(django_db_blocker, load_seed):
        yield


@pytest.fixture(scope="session")
def known_differences() -> list[dict[str, object]]:
    return json.loads((HERE / "known_differences.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
