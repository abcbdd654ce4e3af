"""Every benchmark runs, with as little as it can: what it measures on the way is also asserted by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Named here and not read from there: its modules read settings of their own.
NAMES = sorted(
    file.stem
    for file in (ROOT / "benchmarks").glob("*.py")
    if "\ndef run(scale: float)" in file.read_text(encoding="utf-8")
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_and_prints_figures(name: str) -> None:
    command = [sys.executable, "-m", "benchmarks", name, "--scale", "0.01"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stderr
    assert "processors" in done.stdout
    assert f"{name}: " in done.stdout


def test_a_benchmark_that_there_is_not_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert all(name in done.stderr for name in ["nothing", *NAMES])
