"""What hosts get with us: the same on every Django that we support, so that none has to move its own."""

from __future__ import annotations

import re
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[2] / "requirements"


def pinned(name: str, package: str) -> str:
    found = re.search(rf"^{package}==(\S+)", (REQUIREMENTS / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


def test_the_newest_htmx_that_we_allow_runs_on_the_oldest_django() -> None:
    assert pinned("base.txt", "django-htmx") == pinned("test-django42.txt", "django-htmx")
