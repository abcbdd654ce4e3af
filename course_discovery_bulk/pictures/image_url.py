"""Reads the address of a picture: share links made direct, forbidden forms refused, secrets left out when shown.

One parser, urllib3's, reads what is connected to, so that no two readers can disagree on where an address points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from course_discovery_bulk.pictures.image_policy import ImageError, ImageErrorCode, ImagePolicy
from course_discovery_bulk.pictures.public_address import is_disguised_address

_DEFAULT_PORTS = {"https": 443, "http": 80}
_DRIVE_HOSTS = frozenset({"drive.google.com", "docs.google.com"})
_DRIVE_FILE = re.compile(r"/file/(?:u/\d+/)?d/([\w-]+)")
_DRIVE_BY_QUERY = re.compile(r"(?:/u/\d+)?/(?:open|uc)/?")
_DROPBOX_HOSTS = frozenset({"dropbox.com", "www.dropbox.com"})
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")  # other letters are in their xn-- form by now
_LONGEST_SHOWN = 200  # characters


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One address to ask: allowed by the policy in all but the question where its host is."""

    scheme: str
    host: str  # without brackets
    port: int
    target: str  # path and query, percent-encoded

    @property
    def netloc(self) -> str:
        """Host and port as the Host header has them: an IPv6 address in brackets, a default port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS.get(self.scheme) else f"{host}:{self.port}"

    def next_hop(self, location: str, policy: ImagePolicy) -> Hop:
        """Return where a redirect to `location` leads; raises `ImageError` bad_url, also for leaving TLS."""
        try:
            absolute = urljoin(f"{self.scheme}://{self.netloc}{self.target}", location)
        except ValueError:  # brackets that are no IPv6 address
            raise ImageError(ImageErrorCode.BAD_URL) from None
        following = parse_hop(absolute, policy)
        if self.scheme == "https" and following.scheme != "https":
            raise ImageError(ImageErrorCode.BAD_URL)
        return following


def parse_hop(url: str, policy: ImagePolicy) -> Hop:
    """Read an absolute address; raises `ImageError` bad_url for one the policy does not let us ask."""
    try:
        parts = parse_url(url.strip())
    except LocationParseError:
        raise ImageError(ImageErrorCode.BAD_URL) from None
    scheme = parts.scheme or ""
    port = _DEFAULT_PORTS.get(scheme, 0) if parts.port is None else parts.port
    host = (parts.host or "").strip("[]").removesuffix(".")
    if scheme not in policy.schemes or port not in policy.ports or parts.auth is not None:
        raise ImageError(ImageErrorCode.BAD_URL)
    if not _is_host(host):
        raise ImageError(ImageErrorCode.BAD_URL)
    return Hop(scheme=scheme, host=host, port=port, target=parts.request_uri)


def direct_address(url: str) -> str:
    """Turn a share link of Google Drive or Dropbox into the address of the file itself; others stay as they are."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # as above; `parse_hop` refuses it
        return url
    query = dict(parse_qsl(parts.query))
    if parts.hostname in _DROPBOX_HOSTS and query.get("raw") != "1":
        return urlunsplit(parts._replace(query=urlencode({**query, "dl": "1"})))
    file_id = _drive_file_id(parts.path, query) if parts.hostname in _DRIVE_HOSTS else None
    if not file_id:
        return url
    wanted = {"export": "download", "id": file_id}
    if "resourcekey" in query:  # files shared before 2021 do not open without it
        wanted["resourcekey"] = query["resourcekey"]
    return f"https://drive.google.com/uc?{urlencode(wanted)}"


def showable(url: str) -> str:
    """Return scheme, host and path only; nothing when there is no host, as then the rest may be anything."""
    try:
        parts = parse_url(url.strip())
    except LocationParseError:
        return ""
    if not parts.scheme or not parts.host:
        return ""
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{parts.scheme}://{parts.host}{port}{parts.path or ''}"[:_LONGEST_SHOWN]


def _is_host(host: str) -> bool:
    """Tell whether this is a plain name or address; an IPv6 zone names one of our own network interfaces."""
    if ":" in host:
        return "%" not in host
    return bool(_NAME.fullmatch(host)) and not is_disguised_address(host)


def _drive_file_id(path: str, query: dict[str, str]) -> str | None:
    if found := _DRIVE_FILE.search(path):
        return found.group(1)
    return query.get("id") if _DRIVE_BY_QUERY.fullmatch(path) else None
