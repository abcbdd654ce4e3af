"""Judges a call that brought no whole answer: was it sent, and may the same call be tried again?"""

from __future__ import annotations

import requests

from course_discovery_bulk.discovery.errors import lost_or_transient
from course_discovery_bulk.exceptions import DiscoveryError, Misconfigured, Transient
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

SET_UP_WRONG = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
WRONG_CERTIFICATE = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "CertificateError")


def connection_error_of(method: str, error: Exception) -> DiscoveryError:
    """The error for a call that failed in the libraries below us."""
    if isinstance(error, SET_UP_WRONG):
        kind = type(error).__name__
        return Misconfigured(Phrase(_("the address or its certificate is wrong ({error})"), error=kind))
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Transient(Phrase(_("no connection in time")))
    if isinstance(error, requests.exceptions.ConnectionError):
        return _no_connection(method, error)
    return lost_or_transient(method, type(error).__name__)


def _no_connection(method: str, error: requests.exceptions.ConnectionError) -> DiscoveryError:
    """A connection that was never made sent nothing; one that broke may have, and a secured one may break too."""
    if any(sign in repr(error) for sign in WRONG_CERTIFICATE):
        return Misconfigured(f"the address or its certificate is wrong ({type(error).__name__})")
    if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
        return Transient(Phrase(_("no connection")))
    return lost_or_transient(method, Phrase(_("the connection broke")))
