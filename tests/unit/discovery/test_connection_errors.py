"""What failed below us is told by its type: its text may quote anything, a host name included."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, SSLError
from urllib3.util.ssl_match_hostname import CertificateError

from course_discovery_bulk.discovery.connection_errors import connection_error_of
from course_discovery_bulk.exceptions import AnswerLost, Misconfigured, Transient, Unreachable

NO_POOL: Any = None


def gave_up(reason: Exception) -> requests.exceptions.ConnectionError:
    """What requests raises after urllib3 gave up."""
    return requests.exceptions.ConnectionError(MaxRetryError(NO_POOL, "/", reason))


def not_tls() -> ssl.SSLError:
    error = ssl.SSLError(1, "[SSL] ...")
    error.reason = "WRONG_VERSION_NUMBER"
    return error


@pytest.mark.parametrize(
    "reason",
    [
        SSLError(ssl.SSLCertVerificationError(1, "self-signed certificate")),
        SSLError(CertificateError("hostname does not match")),
        SSLError(not_tls()),
    ],
    ids=["certificate", "name", "not TLS"],
)
def test_a_wrong_certificate_is_a_mistake_of_the_settings(reason: Exception) -> None:
    assert type(connection_error_of("POST", gave_up(reason))) is Misconfigured


def test_a_connection_that_was_never_made_sent_nothing() -> None:
    refused = gave_up(NewConnectionError(NO_POOL, "refused"))

    assert type(connection_error_of("POST", refused)) is Unreachable


@pytest.mark.parametrize(
    "text", ["NewConnectionError", "NameResolutionError", "CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER"]
)
def test_a_connection_that_broke_may_have_sent_something_whatever_its_text_quotes(text: str) -> None:
    broke = requests.exceptions.ConnectionError(ProtocolError("Connection aborted.", OSError(text)))

    assert type(connection_error_of("POST", broke)) is AnswerLost
    assert type(connection_error_of("GET", broke)) is Transient
