"""Settings of the stand-in site. Everything that differs between machines comes from SANDBOX_* variables."""

from __future__ import annotations

import json
import os
from pathlib import Path

from corsheaders.defaults import default_headers

from course_discovery_bulk.plug import plug_in
from sandbox.databases import database_from_url, sqlite_database

BASE_DIR = Path(__file__).resolve().parent
STATE_DIR = Path(os.environ.get("SANDBOX_STATE_DIR", BASE_DIR.parent / ".demo"))


# For development only: a site that real people use needs secrets of its own.
SECRET_KEY = os.environ.get("SANDBOX_SECRET_KEY", "sandbox-only-secret-key-not-for-production-use")
DEBUG = os.environ.get("SANDBOX_DEBUG", "") == "1"
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]

INSTALLED_APPS = [
    "corsheaders",
    "csrf.apps.CsrfAppConfig",
    "sandbox.discovery",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
]

MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "sandbox.faults.middleware.FaultMiddleware",
    "sandbox.faults.middleware.SlownessMiddleware",
    "edx_rest_framework_extensions.auth.jwt.middleware.JwtAuthCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "sandbox.urls"
WSGI_APPLICATION = "sandbox.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

_database_url = os.environ.get("SANDBOX_DATABASE_URL", "")
DATABASES = {
    "default": database_from_url(_database_url)
    if _database_url
    else sqlite_database(Path(os.environ.get("SANDBOX_DB", STATE_DIR / "sandbox.sqlite3"))),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "sandbox_discovery.User"
# The seeded accounts are for show; a slow hash would only slow the tests down.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/bulk-operations/"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = os.environ.get("SANDBOX_MEDIA_ROOT", str(STATE_DIR / "media"))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "sandbox.discovery.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "sandbox.discovery.pagination.SizedPages",
    "DEFAULT_THROTTLE_CLASSES": ["sandbox.discovery.throttles.OutsiderThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": os.environ.get("SANDBOX_THROTTLE_RATE") or None},
    "PAGE_SIZE": 20,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SANDBOX_TOKEN_SECRET = os.environ.get("SANDBOX_TOKEN_SECRET", "sandbox-token-secret-of-at-least-32-bytes")
SANDBOX_TOKEN_ISSUER = "http://sandbox.example/oauth2"
SANDBOX_TOKEN_AUDIENCE = "sandbox"
# The cookies in which browsers carry a token, under the names that the LMS gives them.
JWT_AUTH = {
    "JWT_AUTH_COOKIE": "edx-jwt-cookie",
    "JWT_AUTH_COOKIE_HEADER_PAYLOAD": "edx-jwt-cookie-header-payload",
    "JWT_AUTH_COOKIE_SIGNATURE": "edx-jwt-cookie-signature",
}
OPENEDX_TELEMETRY: list[str] = []  # the library of the cookies would look for a monitoring service
# What the http transport trades for a token at /oauth2/access_token.
SANDBOX_CLIENT_ID = "bulk-operations"
SANDBOX_CLIENT_SECRET = os.environ.get("SANDBOX_CLIENT_SECRET", "sandbox-client-secret")

# Which state of the service to answer as: "2026", the newest, or "2025", which was recorded first.
SANDBOX_SERVICE = os.environ.get("SANDBOX_SERVICE", "2026")
# Whether the service's switch for slugs in the form of a path is on.
SANDBOX_PATH_SLUGS = os.environ.get("SANDBOX_PATH_SLUGS", "") == "1"

# Host name -> short code of the partner whose catalog it shows, as a JSON object; other hosts show the seeded one's.
SANDBOX_PARTNERS = json.loads(os.environ.get("SANDBOX_PARTNERS", "{}"))
SANDBOX_DEFAULT_PARTNER = "edx"

# The sites whose pages may call this one from a browser. The default is where Publisher's development server runs.
CORS_ALLOWED_ORIGINS = os.environ.get("SANDBOX_ORIGINS", "http://localhost:18400").split()
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = (*default_headers, "use-jwt-cookie")
CSRF_TRUSTED_ORIGINS = CORS_ALLOWED_ORIGINS

# How long every writing call to the API takes at least, in milliseconds.
SANDBOX_DELAY_MS = int(os.environ.get("SANDBOX_DELAY_MS", "0"))
# The folder in which a test orders faults and finds the ledger of calls; without it, neither exists.
SANDBOX_FAULTS_DIR = os.environ.get("SANDBOX_FAULTS_DIR", "")
if SANDBOX_FAULTS_DIR:
    DATA_UPLOAD_MAX_MEMORY_SIZE = None  # the ledger reads bodies in one piece; the API itself has no such limit

CELERY_BROKER_URL = os.environ.get("SANDBOX_BROKER_URL", "memory://")
# What docs/reference/host_settings.rst recommends.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

EMAIL_BACKEND = os.environ.get("SANDBOX_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_FILE_PATH = str(STATE_DIR / "mails")  # for the backend that keeps mails as files

# Uploaded files stay beside the database, never below MEDIA_ROOT; a test may set anything else, as a JSON object.
plug_in(
    globals(),
    **{
        "STORAGE_LOCATION": str(STATE_DIR / "uploads"),
        "URL_SLUG_MODEL": "sandbox_discovery.UrlSlug",
        "LOGOUT_URL": "/logout/",
        "SITE_URL": os.environ.get("SANDBOX_SITE_URL", ""),
        **json.loads(os.environ.get("SANDBOX_BULK_OPERATIONS", "{}")),
    },
)
