"""Django admin, one more way in: staff watch tasks and rows and upload files; it asks `service` and decides nothing.

Like the REST API it is open to every staff member, with or without Django's model permissions.
"""

from course_discovery_bulk.admin.mappings import SavedMappingAdmin
from course_discovery_bulk.admin.rows import BulkOperationRowAdmin
from course_discovery_bulk.admin.tasks import BulkOperationTaskAdmin

__all__ = ["BulkOperationRowAdmin", "BulkOperationTaskAdmin", "SavedMappingAdmin"]
