"""Gives discovery the picture that a cell names: discovery takes only data URIs, a spreadsheet holds an address.

    cell -> direct_address (share links) -> fetch_public (safe download) -> to_data_uri (decode, clean) -> discovery

The address is anybody's text and the worker sits inside the network, so every step treats it as hostile: see
`public_http` for where it may lead, `image_content` for what may come back. An error tells a fixed code and the address
from the cell, never where a redirect led or what a server said.
"""

from __future__ import annotations

from course_discovery_bulk.pictures.image_content import to_data_uri
from course_discovery_bulk.pictures.image_policy import ImageError, ImageErrorCode, ImagePolicy
from course_discovery_bulk.pictures.image_url import direct_address, showable
from course_discovery_bulk.pictures.public_http import fetch_public
from course_discovery_bulk.text.logs import get_logger

__all__ = ["ImageError", "ImageErrorCode", "ImagePolicy", "download_image"]

logger = get_logger(__name__)


def download_image(url: str, policy: ImagePolicy) -> str:
    """Return the picture at `url` as `data:image/png;base64,...` or `data:image/jpeg;base64,...`.

    Takes at most `policy.total_seconds` on the network. Raises `ImageError`, and nothing else for anything that an
    address or a server can do.
    """
    try:
        return to_data_uri(fetch_public(direct_address(url), policy), policy)
    except ImageError as error:
        cause = type(error.__cause__).__name__ if error.__cause__ else ""
        facts = {"event": "bulk.image_refused", "image_error": error.code.value, "image_fault": cause}
        logger.info("image refused", extra=facts)
        raise ImageError(error.code, url=showable(url)) from None
