"""The record of every task, row and edit, of who works on them, and of saved mappings: no workflow."""

from course_discovery_bulk.models.edits import RowEdit
from course_discovery_bulk.models.lanes import BulkOperationLane, CourseLease
from course_discovery_bulk.models.mappings import SavedMapping
from course_discovery_bulk.models.tasks import BulkOperationRow, BulkOperationTask, stored_name

__all__ = [
    "BulkOperationLane",
    "BulkOperationRow",
    "BulkOperationTask",
    "CourseLease",
    "RowEdit",
    "SavedMapping",
    "stored_name",
]
