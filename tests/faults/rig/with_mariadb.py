"""Runs a command beside a private MariaDB that is gone afterwards, with SANDBOX_DATABASE_URL set to it.

For tests that want one database for all: `python -m tests.faults.rig.with_mariadb python -m pytest tests/contract`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.rig.database import NAME, ROOT, installed_mariadb


def main(command: list[str]) -> int:
    """Run the command; its exit code."""
    with tempfile.TemporaryDirectory(prefix="bulk-mariadb-") as folder, installed_mariadb(Path(folder)) as server:
        server.run(f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4")
        environment = {**os.environ, "SANDBOX_DATABASE_URL": server.url(ROOT)}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
