"""The table of the in-tree loaders' error codes names codes of ours that exist."""

from __future__ import annotations

import re
from pathlib import Path

from course_discovery_bulk.problems.catalogue import CATALOGUE

PAGE = Path(__file__).parents[2] / "docs" / "how-tos" / "upgrade_from_in_tree.rst"


def test_every_code_of_ours_in_the_table_exists() -> None:
    _before, _title, after = PAGE.read_text(encoding="utf-8").partition("\nError codes\n")
    rows = after.partition("\nFor programs\n")[0].split("   * - ")[2:]
    named = {code for row in rows for code in re.findall(r"``([A-Z_]{4,})``", row.partition("\n     - ")[2])}

    assert named
    assert named - CATALOGUE.keys() == set()
