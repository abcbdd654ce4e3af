"""The site that a command works for, where it was not named."""

from __future__ import annotations

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist

from course_discovery_bulk import conf


def host_of(named: str | None) -> str:
    """The host name that was given, or IN_PROCESS_HOST, or that of the default site."""
    return named or conf.read().in_process_host or _default_site()


def _default_site() -> str:
    if not apps.is_installed("django.contrib.sites"):
        return ""
    from django.contrib.sites.models import Site  # noqa: PLC0415 - cannot be imported where it is not installed

    try:
        return str(Site.objects.get_current().domain)
    except (ImproperlyConfigured, ObjectDoesNotExist):
        return ""
