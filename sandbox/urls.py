"""Every address of the stand-in site itself: discovery's API, logins, the admin and files.

The addresses of the bulk-operations app come before these, from its own root configuration, as in the real service.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.staticfiles.views import serve as serve_static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve as serve_media

from sandbox import lms

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    # The admin's own login turns away everybody who is not staff.
    path("login/", lms.Login.as_view()),
    path("logout/", lms.log_out),
    path("", include("sandbox.discovery.urls")),
    path("", include("csrf.urls")),
    path("oauth2/access_token", lms.access_token),
    path("login_refresh", lms.login_refresh),
    # No web server stands in front of the site, so it hands out its files itself.
    re_path(r"^static/(?P<path>.*)$", serve_static, {"insecure": True}),
    re_path(r"^media/(?P<path>.*)$", serve_media, {"document_root": settings.MEDIA_ROOT}),
]
