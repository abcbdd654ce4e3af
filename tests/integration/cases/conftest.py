"""The catalog of the operations' tests, for files that people really had trouble with."""

from tests.integration.operations.conftest import catalog, catalog_of_module, patient_settings, run

__all__ = ["catalog", "catalog_of_module", "patient_settings", "run"]
