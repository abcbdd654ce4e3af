"""Every address of the stand-in site: discovery's API, the bulk-operations app, the admin and files."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.contrib.staticfiles.views import serve as serve_static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve as serve_media

BULK_API = "course_discovery_bulk.api.urls"
BULK_PAGES = "course_discovery_bulk.web.urls"


def _include_if_there(prefix: str, module: str) -> list[URLResolver]:
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        spec = None
    return [path(prefix, include(module))] if spec else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    # The admin's own login turns away everybody who is not staff.
    path("login/", LoginView.as_view(template_name="admin/login.html", extra_context={"title": "Log in"})),
    *_include_if_there("api/v1/bulk_operation_tasks/", BULK_API),
    *_include_if_there("bulk-operations/", BULK_PAGES),
    path("", include("sandbox.discovery.urls")),
    # No web server stands in front of the site, so it hands out its files itself.
    re_path(r"^static/(?P<path>.*)$", serve_static, {"insecure": True}),
    re_path(r"^media/(?P<path>.*)$", serve_media, {"document_root": settings.MEDIA_ROOT}),
]
