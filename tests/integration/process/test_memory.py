"""The memory of a worker stays small, whatever is in a file of 2 MB."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

FILE_BYTES = 2_000_000
MOST_KILOBYTES = 250_000


def bad_lists() -> str:
    """Cells of thousands of values, each of which is no e-mail address."""
    words = ",".join(f"word{number}" for number in range(3_000))
    return "course_key,watchers\n" + "".join(f'edX+A{number},"{words}"\n' for number in range(70))


def bad_cells() -> str:
    """Rows of many cells, each of which holds a spreadsheet error."""
    header = ",".join([*(f"column {number}" for number in range(180)), "course_key"])
    return f"{header}\n" + ("#N/A," * 180 + "\n") * 2_200


@pytest.mark.parametrize("make", [bad_lists, bad_cells])
def test_the_worst_file_takes_little_memory(make, tmp_path: Path) -> None:
    file = tmp_path / "worst.csv"
    file.write_text(make()[:FILE_BYTES].rpartition("\n")[0] + "\n", encoding="utf-8")
    environment = {**os.environ, "SANDBOX_STATE_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sandbox.settings"}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "tests.integration.process.worker_alone", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.split()[-1]

    task_pk = run("submit", str(file), "course_update")

    assert int(run("work", task_pk)) < MOST_KILOBYTES
