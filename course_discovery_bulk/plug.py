"""Plugs the app into the settings of course-discovery, from a settings file and without a patch.

Called while settings are being read, so nothing of Django may be imported here::

    from course_discovery_bulk.plug import plug_in

    plug_in(globals(), STORAGE_LOCATION="/openedx/data/bulk_operations")
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any, Final

APPS: Final = ("django_htmx", "course_discovery_bulk")
MIDDLEWARE: Final = ("django_htmx.middleware.HtmxMiddleware",)
ROOT_URLCONF: Final = "course_discovery_bulk.root_urls"
HOST_URLCONF: Final = "HOST_URLCONF"


def plug_in(host: MutableMapping[str, Any], **options: Any) -> None:
    """Add the app, its middleware and its addresses to the host's settings; `options` go into BULK_OPERATIONS.

    `host` is the `globals()` of the settings file, which must have read the host's own settings before. What is there
    already stays, so calling it twice changes nothing.
    """
    host["INSTALLED_APPS"] = _with(host["INSTALLED_APPS"], APPS)
    host["MIDDLEWARE"] = _with(host["MIDDLEWARE"], MIDDLEWARE)
    chosen = {**host.get("BULK_OPERATIONS", {}), **options}
    if host["ROOT_URLCONF"] != ROOT_URLCONF:
        chosen.setdefault(HOST_URLCONF, host["ROOT_URLCONF"])
        host["ROOT_URLCONF"] = ROOT_URLCONF
    host["BULK_OPERATIONS"] = chosen


def _with(present: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
    """The host's sequence, a tuple or a list as before, with what it lacks at its end."""
    return type(present)([*present, *(name for name in wanted if name not in present)])  # type: ignore[call-arg]
