"""Runs the page from an installed wheel, in an environment that has nothing else: what is missing shows here.

Run with the Python of that environment, from anywhere.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import django
from django.conf import settings

ADDRESSES = (
    "/bulk-operations/",
    "/static/course_discovery_bulk/bulk.css",
    "/static/django_htmx/htmx.min.js",
    "/api/v1/bulk_operation_tasks/",
    "/api/v1/bulk_operation_tasks/operations/",
)


def configure() -> None:
    """The least settings of a host."""
    host = {
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.staticfiles",
            "rest_framework",
        ],
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        "ROOT_URLCONF": "course_discovery_bulk.urls",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "STATIC_URL": "/static/",
        "SECRET_KEY": "of a test",
        "ALLOWED_HOSTS": ["testserver"],
        "USE_TZ": True,
        "SITE_ID": 1,
    }
    from course_discovery_bulk.plug import plug_in

    plug_in(host, STORAGE_LOCATION="uploads")
    settings.configure(**host)
    django.setup()


def main() -> None:
    """Fail with what is missing."""
    configure()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    import course_discovery_bulk

    package = Path(course_discovery_bulk.__file__).parent
    if not package.is_relative_to(sysconfig.get_path("purelib")):
        sys.exit(f"The package comes from {package}, not from the wheel.")
    translated = [path.parent.parent.name for path in package.glob("locale/*/LC_MESSAGES/django.mo")]
    texts = {path.parent.parent.name for path in package.glob("locale/*/LC_MESSAGES/django.po")} - {"en"}
    if set(translated) < texts or not (package / "api" / "openapi.json").is_file():
        sys.exit("The wheel lacks compiled translations or the OpenAPI document.")
    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(get_user_model().objects.create(username="staff", is_staff=True))
    refused = {address: client.get(address).status_code for address in ADDRESSES}
    if set(refused.values()) != {200}:
        sys.exit(f"Not every address answers: {refused}")
    print(f"course-discovery-bulk {course_discovery_bulk.__version__} runs from its wheel.")


if __name__ == "__main__":
    main()
