"""What the command works on: the file that was named, and the site that it is for if none was."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
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


def default_site() -> str:
    """The host name of the default site; empty if the service knows none."""
    if not apps.is_installed("django.contrib.sites"):
        return ""
    from django.contrib.sites.models import Site  # noqa: PLC0415 - cannot be imported where it is not installed

    try:
        return str(Site.objects.get_current().domain)
    except (ImproperlyConfigured, ObjectDoesNotExist):
        return ""
