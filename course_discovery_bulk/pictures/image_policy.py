"""The words shared by the modules that download a picture: the limits, the fixed error codes, the error.

The limits are read from the settings by the caller and passed in; nothing below `images` looks at Django's.
The codes are fixed so that what a row shows can never carry a byte of what a server answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class ImagePolicy:
    """What a picture download may do and cost."""

    max_bytes: int = 10 * 1024 * 1024  # of the downloaded file, and again of the picture handed on
    total_seconds: float = 20.0  # everything: name lookup, all redirects, the last byte
    connect_seconds: float = 3.05
    max_redirects: int = 3
    schemes: tuple[str, ...] = ("https", "http")
    ports: tuple[int, ...] = (443, 80)
    max_pixels: int = 50_000_000  # Pillow's own Image.MAX_IMAGE_PIXELS stays in force beside it
    allowed_networks: tuple[str, ...] = ()  # CIDR networks that may be reached although they are not public
    proxy: str | None = None  # "http://[user:password@]host:port"; the environment's proxies are never used
    ca_bundle: str | None = None  # PEM file of the authorities to trust; None: those of certifi


class ImageErrorCode(StrEnum):
    """Why a picture cannot be used."""

    BAD_URL = "bad_url"  # not an address we would ever ask: scheme, port, user:password, odd host, downgrade
    BLOCKED_ADDRESS = "blocked_address"  # the host, or a host it redirects to, is not on the public internet
    NOT_FOUND = "not_found"  # the server has no such file, or does not show it to everybody
    UNREACHABLE = "unreachable"  # no such host, no connection, a bad certificate, a server error, a broken answer
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    NOT_AN_IMAGE = "not_an_image"  # a page, a damaged picture, a compressed answer
    TYPE_NOT_ALLOWED = "type_not_allowed"  # a picture or document of a known kind that is not on the list
    TOO_MANY_PIXELS = "too_many_pixels"


WORDS: Final = {
    ImageErrorCode.BAD_URL: _("the URL isn't allowed"),
    ImageErrorCode.BLOCKED_ADDRESS: _("its address isn't on the public internet"),
    ImageErrorCode.NOT_FOUND: _("the file doesn't exist or isn't public"),
    ImageErrorCode.UNREACHABLE: _("its server returned an error"),
    ImageErrorCode.TIMEOUT: _("its server took too long to answer"),
    ImageErrorCode.TOO_LARGE: _("the file is too large"),
    ImageErrorCode.TOO_MANY_REDIRECTS: _("too many redirects"),
    ImageErrorCode.NOT_AN_IMAGE: _("the file isn't a valid image"),
    ImageErrorCode.TYPE_NOT_ALLOWED: _("this type of image isn't supported"),
    ImageErrorCode.TOO_MANY_PIXELS: _("it has too many pixels"),
}


class ImageError(Exception):
    """A picture that cannot be used; `url` is safe to show: no user name, password, query or fragment."""

    def __init__(self, code: ImageErrorCode, *, url: str = "") -> None:
        super().__init__(f"{code.value}: {url}" if url else code.value)
        self.code = code
        self.url = url

    @property
    def reason(self) -> Phrase:
        """Why it cannot be used, for people, with the address where it is known."""
        words = Phrase(WORDS[self.code])
        return Phrase(_("{reason} ({address})"), reason=words, address=self.url) if self.url else words
