"""Create and update Open edX catalog courses in bulk: a Django app that plugs into course-discovery."""

__version__ = "0.1.0"
