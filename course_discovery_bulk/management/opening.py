"""The file that the command works on."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from django.core.files import File

from course_discovery_bulk import conf
from course_discovery_bulk.management.refusals import Refusal

STANDARD_INPUT: Final = "-"


def open_input(name: str) -> File[bytes]:
    """The file of that name, or standard input; Refusal if it cannot be read."""
    if name == STANDARD_INPUT:
        return File(BytesIO(sys.stdin.buffer.read(conf.read().max_file_bytes + 1)), name="stdin.csv")
    try:
        return File(Path(name).open("rb"), name=Path(name).name)
    except OSError as error:
        raise Refusal(f"{name} cannot be read: {error.strerror}.") from error
