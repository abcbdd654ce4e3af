"""How the documentation is built: plain reStructuredText, no network, every warning an error (`make docs`)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from course_discovery_bulk import __version__

project = "course-discovery-bulk"
copyright = "the authors of course-discovery-bulk"
release = __version__
version = ".".join(release.split(".")[:2])

exclude_patterns = ["_build"]
nitpicky = True

html_theme = "alabaster"
html_theme_options = {"description": "Catalog courses in bulk, from a spreadsheet", "fixed_sidebar": True}
