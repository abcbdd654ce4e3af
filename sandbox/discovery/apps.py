"""The Django app that plays course-discovery."""

from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    """course-discovery in small."""

    name = "sandbox.discovery"
    label = "sandbox_discovery"
    verbose_name = "Discovery (stand-in)"
    default_auto_field = "django.db.models.BigAutoField"
