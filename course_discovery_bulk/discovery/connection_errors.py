"""Judges a call that brought no whole answer: was it sent, and may the same call be tried again?"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

import requests
from urllib3.connection import CertificateError  # type: ignore[attr-defined] # its home moved within urllib3 1.26
from urllib3.exceptions import NewConnectionError

from course_discovery_bulk.discovery.errors import lost_or_transient
from course_discovery_bulk.exceptions import DiscoveryError, Misconfigured, Unreachable
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

SET_UP_WRONG: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
WRONG_CERTIFICATE: Final = (ssl.SSLCertVerificationError, CertificateError)
NOT_SECURED: Final = "WRONG_VERSION_NUMBER"  # OpenSSL's name for an answer that is not TLS; it has no type of its own


def connection_error_of(method: str, error: Exception) -> DiscoveryError:
    """The error for a call that failed in the libraries below us."""
    if isinstance(error, SET_UP_WRONG):
        kind = type(error).__name__
        return Misconfigured(Phrase(_("the address or its certificate is wrong ({error})"), error=kind))
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Unreachable(Phrase(_("no connection in time")))
    if isinstance(error, requests.exceptions.ConnectionError):
        return _no_connection(method, error)
    return lost_or_transient(method, type(error).__name__)


def _no_connection(method: str, error: requests.exceptions.ConnectionError) -> DiscoveryError:
    """A connection that was never made sent nothing; one that broke may have, and a secured one may break too."""
    causes = tuple(_causes(error))
    if any(isinstance(cause, WRONG_CERTIFICATE) or _is_not_secured(cause) for cause in causes):
        return Misconfigured(f"the address or its certificate is wrong ({type(error).__name__})")
    if any(isinstance(cause, NewConnectionError) for cause in causes):  # names that do not resolve included
        return Unreachable(Phrase(_("no connection")))
    return lost_or_transient(method, Phrase(_("the connection broke")))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what the libraries put into it: as an argument, or as the reason for giving up."""
    yield error
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _causes(inner)


def _is_not_secured(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLError) and error.reason == NOT_SECURED
