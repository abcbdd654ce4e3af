"""The record of every task and every row, and of who works on them: fields and constraints, no workflow."""

from course_discovery_bulk.models.lanes import BulkOperationLane, CourseLease
from course_discovery_bulk.models.tasks import BulkOperationRow, BulkOperationTask, stored_name

__all__ = ["BulkOperationLane", "BulkOperationRow", "BulkOperationTask", "CourseLease", "stored_name"]
