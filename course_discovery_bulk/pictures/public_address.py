"""Decides which addresses a download may connect to.

`public_http` asks for the checked addresses of a host and connects to those and no others, so a name that changes its
mind after the check (DNS rebinding) gains nothing. One bad record among the answers refuses the whole name.
"""

from __future__ import annotations

import queue
import re
import socket
import threading
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from course_discovery_bulk.pictures.image_policy import ImageError, ImageErrorCode

# The only part of IPv6 handed out for the public internet; it leaves out loopback, link- and site-local, multicast,
# IPv4-compatible and local NAT64 addresses, which older Pythons do not all call private.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# What `is_global` lets through on some Python versions, or everywhere, and no public picture lives on.
_REFUSED = tuple(
    ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT; some clouds keep their metadata service here
        "168.63.129.16/32",  # the host agent of Azure, public by number only
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "2001:20::/28",  # ORCHIDv2: identifiers, not addresses
        "3fff::/20",  # documentation
    )
)
# The last label of a name is never a number, so these are IPv4 addresses in disguise: 2130706433, 0x7f.1, 127.1
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)


def is_disguised_address(host: str) -> bool:
    """Tell whether `host` is an IPv4 address in a form other than four plain decimal numbers."""
    if ":" in host or not _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        return False
    try:
        IPv4Address(host)
    except ValueError:
        return True
    return False


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether the address, and every IPv4 address inside it, is one of the public internet."""
    return all(_is_public_itself(inner) for inner in _unwrap(address))


def public_addresses(host: str, port: int, *, allowed_networks: Iterable[str] = (), seconds: float) -> tuple[str, ...]:
    """Look `host` up once and return its addresses, in the order to try them.

    Raises `ImageError`: unreachable (no such name), timeout, blocked_address (one of them is neither public nor
    allowed) and ValueError for an allowed network that is none.
    """
    networks = [ip_network(network) for network in allowed_networks]
    found = _look_up(host, port, seconds)
    for address in found:
        opted_in = any(address in network for network in networks)
        if not opted_in and not is_public(address):
            raise ImageError(ImageErrorCode.BLOCKED_ADDRESS)
    return tuple(str(address) for address in found)


def _unwrap(address: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """Return the addresses that decide where packets to `address` end up."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address,)


def _is_public_itself(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if any(address in network for network in _REFUSED):
        return False
    return address.is_global and not address.is_multicast


def _look_up(host: str, port: int, seconds: float) -> list[IPv4Address | IPv6Address]:
    """Resolve in a thread of its own: the system resolver knows no deadline and cannot be interrupted."""
    answers: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_ask_resolver(host, port)), daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise ImageError(ImageErrorCode.TIMEOUT) from None
    if not found:
        raise ImageError(ImageErrorCode.UNREACHABLE)
    return [ip_address(address) for address in dict.fromkeys(found)]


def _ask_resolver(host: str, port: int) -> list[str] | None:
    try:
        records = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a label that is empty or too long for a name
        return None
    return [str(record[4][0]) for record in records]
