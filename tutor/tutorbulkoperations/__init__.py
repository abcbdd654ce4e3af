"""A Tutor plug-in that installs course-discovery-bulk in course-discovery and runs its worker."""

__version__ = "0.1.0"
