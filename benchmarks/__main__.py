"""The command line: run all benchmarks or those that are named, and print what they measured."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run the benchmarks in a folder of their own, with nobody's settings but their own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and print tables.")
    parser.add_argument("names", nargs="*", help="the benchmarks to run (default: all)")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of each to do (default: 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="course-discovery-bulk-bench-") as folder:
        os.environ.update(SANDBOX_STATE_DIR=folder, SANDBOX_DB=str(Path(folder) / "bench.sqlite3"))
        os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
        from benchmarks.running import NAMES, run_all  # noqa: PLC0415 - reads the settings when imported

        unknown = set(options.names) - set(NAMES)
        if unknown:
            parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        run_all(options.names or NAMES, options.scale)
    return 0


if __name__ == "__main__":
    sys.exit(main())
