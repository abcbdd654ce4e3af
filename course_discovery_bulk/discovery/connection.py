"""Opens a client with the transport of the settings, for one uploader."""

from __future__ import annotations

from typing import Final

import requests
from django.conf import settings as django_settings
from django.contrib.auth.models import AbstractBaseUser
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from course_discovery_bulk import __version__
from course_discovery_bulk.choices import Transport
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.in_process import InProcessAdapter
from course_discovery_bulk.discovery.oauth import TokenAuth, TokenClient, token_source
from course_discovery_bulk.discovery.transport import CallLimits, JsonTransport
from course_discovery_bulk.exceptions import Misconfigured
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

CONNECTIONS: Final = 4


def open_client(user: AbstractBaseUser, *, host: str, settings: BulkSettings) -> DiscoveryClient:
    """A client whose calls have this user's rights; Misconfigured where the settings do not allow that."""
    limits = CallLimits(
        connect_seconds=settings.connect_seconds,
        read_seconds=settings.read_seconds,
        max_answer_bytes=settings.max_answer_bytes,
    )
    if settings.transport == Transport.HTTP:
        return _over_http(user, settings, limits)
    base_url = f"https://{settings.in_process_host or host or _any_allowed_host()}"
    session = _session()
    session.mount(base_url, InProcessAdapter(user))
    return DiscoveryClient(
        transport=JsonTransport(session=session, base_url=base_url, limits=limits),
        is_staff=_is_staff(user),
        answers_outlive_calls=False,
        url_slug_model=settings.url_slug_model,
    )


def _any_allowed_host() -> str:
    """A name of this site, for what no request brought: a file from the command line. Others would be refused."""
    named = (host.lstrip(".") for host in django_settings.ALLOWED_HOSTS if host != "*")
    return next(named, "localhost")


def _over_http(user: AbstractBaseUser, settings: BulkSettings, limits: CallLimits) -> DiscoveryClient:
    if not _is_staff(user):
        raise Misconfigured(Phrase(_("the http transport has the rights of its token, so only staff may use it")))
    if not settings.reaches_discovery_over_http:
        raise Misconfigured(
            Phrase(_("the http transport needs DISCOVERY_URL, and DISCOVERY_TOKEN or client credentials"))
        )
    session = _session()
    adapter = HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=Retry(0, read=False))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    if settings.discovery_token:
        session.headers["Authorization"] = f"{settings.discovery_token_scheme} {settings.discovery_token}"
    else:
        session.auth = TokenAuth(token_source(_token_client(settings)), settings.discovery_token_scheme)
    return DiscoveryClient(
        transport=JsonTransport(session=session, base_url=settings.discovery_url, limits=limits),
        is_staff=True,
        answers_outlive_calls=True,
    )


def _token_client(settings: BulkSettings) -> TokenClient:
    return TokenClient(
        url=settings.oauth_url,
        client_id=settings.oauth_client_id,
        client_secret=settings.oauth_client_secret,
        connect_seconds=settings.oauth_connect_seconds,
        read_seconds=settings.oauth_read_seconds,
        pause_seconds=settings.pause_seconds,
        max_pause_seconds=settings.max_pause_seconds,
    )


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy, no .netrc: what discovery is sent goes to discovery
    session.headers["User-Agent"] = f"course-discovery-bulk/{__version__}"
    return session


def _is_staff(user: AbstractBaseUser) -> bool:
    return bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False))
