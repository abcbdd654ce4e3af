"""The world around a download: names, the outer network, and the policy of these tests.

Two things stand in for the world: the resolver (names and their addresses are written in each test) and the outer
network (a connection to anything but 127.0.0.0/8 is noted and refused). The policy opts in to 127.0.0.1, so that every
other check is seen at work on a local server.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from course_discovery_bulk.pictures.images import ImageError, ImagePolicy, download_image
from tests.unit.pictures.servers import Listener

HOST = "pictures.example.org"
SECRET = "secret-of-the-inner-network"


class World:
    """Names with the answers the resolver gives in turn (the last one for good), and the connections tried."""

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {HOST: [["127.0.0.1"]]}
        self.asked: list[str] = []
        self.connects: list[tuple[str, int]] = []


def policy_for(*listeners: Listener, **changes: object) -> ImagePolicy:
    """Return the policy of these tests: the ports of the servers, 127.0.0.1 opted in, little patience."""
    usual = ImagePolicy(
        ports=tuple(listener.port for listener in listeners) or (80, 443),
        allowed_networks=("127.0.0.1/32",),
        total_seconds=5,
        connect_seconds=2,
    )
    return replace(usual, **changes)


def refusal(url: str, policy: ImagePolicy) -> ImageError:
    """Return the error that the download ends with."""
    with pytest.raises(ImageError) as caught:
        download_image(url, policy)
    return caught.value


@contextmanager
def within(seconds: float) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds
