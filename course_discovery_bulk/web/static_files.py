"""The page's own style sheets and scripts, answered where no web server has collected them.

An image of course-discovery collects static files while it is built, before this app is among its settings. A web
server that finds no file under STATIC_URL passes the request on, and it ends here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, re_path
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

PACKAGES: Final = ("course_discovery_bulk", "django_htmx")
CACHE_SECONDS: Final = 300  # an update of the app is seen after this time


@require_safe
def packaged_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A static file of this app or of django-htmx."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise Http404
    file = Path(found)
    response = serve(request, file.name, document_root=str(file.parent))
    if isinstance(response, FileResponse):
        patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


def static_urls() -> list[URLPattern]:
    """Their addresses; none where static files come from another host."""
    address = urlsplit(settings.STATIC_URL or "")
    if address.netloc or not address.path.startswith("/"):
        return []
    prefix = address.path.lstrip("/")
    return [re_path(rf"^{prefix}(?P<name>(?:{'|'.join(PACKAGES)})/.+)$", packaged_file)]
