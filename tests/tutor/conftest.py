"""Renders a Tutor environment with the plug-in, by the Tutor that `--tutor` names."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tutor", required=True, help="the tutor executable of an environment that has the plug-in")


@pytest.fixture(scope="session")
def run_tutor(request: pytest.FixtureRequest) -> Callable[..., str]:
    """Run a Tutor command in a root; its output, or the failure of the test."""
    tutor = str(Path(request.config.getoption("--tutor")).absolute())

    def run(root: Path, *arguments: str) -> str:
        places = {"TUTOR_ROOT": str(root), "TUTOR_PLUGINS_ROOT": str(root / "plugins")}
        done = subprocess.run(
            [tutor, *arguments], env={**os.environ, **places}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def render(run_tutor, tmp_path_factory) -> Iterator[Callable[..., Path]]:
    """Render the environment with settings; its folder."""

    def render_with(*settings: str) -> Path:
        root = tmp_path_factory.mktemp("tutor")
        (root / "plugins").mkdir()
        run_tutor(root, "plugins", "enable", "discovery", "mfe", "bulk_operations")
        chosen = ("LMS_HOST=local.openedx.io", "ENABLE_HTTPS=false", *settings)
        run_tutor(root, "config", "save", *(f"--set={setting}" for setting in chosen))
        return root / "env"

    return render_with
