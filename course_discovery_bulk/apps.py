"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkOperationsConfig(AppConfig):
    """Bulk course operations."""

    name = "course_discovery_bulk"
    label = "course_discovery_bulk"
    verbose_name = _("Bulk operations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # System checks register themselves when their module is imported, which must wait for the app registry.
        from course_discovery_bulk import checks  # noqa: F401
        from course_discovery_bulk.tasks import ring_for_sweep
        from course_discovery_bulk.workers import bootstep

        bootstep.connect(ring_for_sweep)
