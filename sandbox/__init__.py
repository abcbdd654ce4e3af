"""A runnable Django site that stands in for course-discovery, for development, tests and the demo.

The Celery app is imported here so that every process that starts with Django knows it before a task is sent.
"""

from sandbox.celery import app as celery_app

__all__ = ["celery_app"]
