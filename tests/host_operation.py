"""An operation of a host's own, in one module that a test puts where Python finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

TYPE: Final = "a_host_operation"  # the first of all by name
LABEL: Final = "Create courses our way"
MODULE: Final = f'''
"""As an operation of a host may look."""

from dataclasses import replace

from course_discovery_bulk.operations.base import AFTER_OURS
from course_discovery_bulk.operations.course_create import OPERATION as CREATE

OPERATION = replace(CREATE, type="{TYPE}", label="{LABEL}", position=AFTER_OURS)
'''


def add_operation(folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the module into the folder and name it in the settings, as a host would."""
    name = f"host_operation_{folder.name}"  # a module is imported once in a process
    (folder / f"{name}.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "EXTRA_OPERATIONS": [name]}
