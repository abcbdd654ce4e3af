"""The command line that prints a token: what `curl` and scripts need to call the demo's API."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    """Print a token of the user that is named; it is good for an hour."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.demo.issue_token", description="Print a token for the REST API."
    )
    parser.add_argument("user", nargs="?", default="staff", help="whose token (default: staff)")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
    from sandbox.discovery.tokens import issue_token  # noqa: PLC0415 - reads the settings when called

    print(issue_token(options.user))
    return 0


if __name__ == "__main__":
    sys.exit(main())
