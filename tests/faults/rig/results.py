"""What came of the rows of a task, in the shapes that tests compare."""

from __future__ import annotations


def made_once(*numbers, prefix="NEW"):
    """The acts of rows with one call each, that make a course with its run."""
    keys = [f"edX+{prefix}{number}" for number in numbers]
    return [act for key in keys for act in (f"create course {key}", f"create course_run course-v1:{key}+3T2027")]


def attempts(site, pk):
    return [row.attempts for row in site.rows(pk)]


def claims(site):
    """The epochs under which lanes were taken, in order."""
    return [new for kind, _pk, _old, _new, old, new in site.audit() if kind == "lane" and old != new]
