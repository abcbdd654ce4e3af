"""For tests of operations: a discovery in memory that takes the place of the client.

Nothing of the package imports it.
"""

from course_discovery_bulk.testing.answers import EMPTY_COURSE, EMPTY_RUN, UPLOADER, course_answer
from course_discovery_bulk.testing.discovery import FakeDiscovery
from course_discovery_bulk.testing.people import person_answer

__all__ = ["EMPTY_COURSE", "EMPTY_RUN", "UPLOADER", "FakeDiscovery", "course_answer", "person_answer"]
