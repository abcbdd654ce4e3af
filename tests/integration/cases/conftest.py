"""The catalog of the operations' tests, for files that people really had trouble with."""

from pathlib import Path

import pytest

from tests.integration.operations.conftest import catalog, catalog_of_module, patient_settings, run

__all__ = ["catalog", "catalog_of_module", "patient_settings", "run"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file from its upload to the stored courses takes a while; and there are more of them with each case."""
    for item in items:
        if Path(__file__).parent in item.path.parents and "run" in item.fixturenames:
            item.add_marker(pytest.mark.long)
