"""Servers that stop with their test, a resolver and a network of our own, and an authority for certificates."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.unit.pictures.servers import Answer, Listen, Listener
from tests.unit.pictures.world import World


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start servers that stop with the test."""
    started: list[Listener] = []

    def start(answer: Answer, tls: ssl.SSLContext | None = None) -> Listener:
        started.append(Listener(answer, tls))
        return started[-1]

    yield start
    for listener in started:
        listener.close()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    real_lookup, real_connect = socket.getaddrinfo, socket.socket.connect

    def look_up(host: str, port: int, *args: object, **options: object) -> list[tuple]:
        if host not in made.names:
            return real_lookup(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        made.asked.append(host)
        turns = made.names[host]
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    def connect(sock: socket.socket, address: tuple) -> None:
        made.connects.append((address[0], address[1]))
        if not address[0].startswith("127."):
            raise ConnectionRefusedError("the outer network does not exist here")
        real_connect(sock, address)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    return made


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_bundle(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")
