"""The web server's application of the rig: the site's own, with failpoints."""

from __future__ import annotations

from sandbox.wsgi import application
from tests.faults.rig import failpoints

__all__ = ["application"]

failpoints.install()
