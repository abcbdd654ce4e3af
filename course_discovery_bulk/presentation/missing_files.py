"""Why there is no file to download, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from course_discovery_bulk.exceptions import DiscoveryError, DocumentRefused
from course_discovery_bulk.text.messages import translated


def why_no_file(error: DocumentRefused | DiscoveryError) -> str:
    """Why a file could not be made."""
    if isinstance(error, DocumentRefused):
        return translated(error.detail)
    return _("The catalog had a problem: %(detail)s.") % {"detail": translated(error.detail)}


def why_no_upload() -> str:
    """Why an uploaded file cannot be given back."""
    return _("The file is no longer kept, or can't be read now.")
