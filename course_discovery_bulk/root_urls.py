"""The URL configuration to name in ROOT_URLCONF: ours first, then all of the host's.

Course-discovery has an endpoint of its own at the address that Publisher calls. The first match wins, so what comes
first here is what Publisher reaches.
"""

from importlib import import_module
from typing import Final

from django.urls import include, path

from course_discovery_bulk import conf

ERROR_VIEWS: Final = ("handler400", "handler403", "handler404", "handler500")

_host = import_module(conf.read().host_urlconf)

urlpatterns = [path("", include("course_discovery_bulk.urls")), *_host.urlpatterns]
# Django looks for these in the root configuration only.
globals().update({name: getattr(_host, name) for name in ERROR_VIEWS if hasattr(_host, name)})
