"""Downloading a picture: where it may lead, what it may cost, what may come back.

Real sockets on 127.0.0.1 with ports of the system's choice. Two things stand in for the world: the resolver (names and
their addresses are written in each test) and the outer network (a connection to anything but 127.0.0.0/8 is noted and
refused). "The policy" of a test opts in to 127.0.0.1, so that every other check is seen at work on a local server.
"""

from __future__ import annotations

import base64
import gzip
import io
import itertools
import logging
import random
import socket
import ssl
import struct
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from course_discovery_bulk import __version__
from course_discovery_bulk.pictures.image_content import to_data_uri
from course_discovery_bulk.pictures.image_url import direct_address, showable
from course_discovery_bulk.pictures.images import ImageError, ImageErrorCode, ImagePolicy, download_image
from course_discovery_bulk.pictures.pinned_connection import Deadline
from course_discovery_bulk.pictures.public_address import is_public

HOST = "pictures.example.org"
SECRET = "secret-of-the-inner-network"
Answer = Callable[[BaseHTTPRequestHandler], None]


# ---- pictures ----------------------------------------------------------------------------------------------------


def picture(file_format: str = "PNG", *, mode: str = "RGB", size: tuple[int, int] = (8, 6), **options: object) -> bytes:
    """Return the bytes of a small picture, dark left and light right."""
    image = Image.new(mode, size)
    image.paste(Image.new(mode, (size[0] // 2, size[1]), "white"), (size[0] // 2, 0))
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Return a picture that no format makes much smaller."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, size, random.Random(1).randbytes(size[0] * size[1] * bands))


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is this large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def unpack(data_uri: str) -> tuple[str, bytes]:
    """Return media type and bytes of a data URI."""
    head, _, body = data_uri.partition(";base64,")
    return head.removeprefix("data:"), base64.b64decode(body, validate=True)


# ---- servers -----------------------------------------------------------------------------------------------------


class Listener:
    """A web server on 127.0.0.1 that gives one answer and notes connections and requests."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.server_names: list[str | None] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.close_connection = True
                listener.requests.append((self.requestline, dict(self.headers)))
                with suppress(OSError):  # the client goes away in the middle, as many tests want it to
                    answer(self)

            do_CONNECT = do_GET  # noqa: N815  (the name http.server looks for)

            def log_message(self, *_args: object) -> None:
                """Keep the test output clean."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self) -> tuple[socket.socket, object]:
                accepted = super().get_request()
                listener.connections += 1
                return accepted

            def handle_error(self, request: object, client_address: object) -> None:
                """A refused handshake is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            tls.sni_callback = lambda _socket, name, _context: self.server_names.append(name)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


Listen = Callable[..., Listener]


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


def body(content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Answer with these bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def redirect(location: str, status: int = 302) -> Answer:
    return body(b"", status=status, headers={"Location": location})


def routes(**by_name: Answer) -> Answer:
    """Answer by the first part of the path."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        by_name[handler.path.strip("/").partition("?")[0]](handler)

    return answer


def raw(*parts: bytes, pause: float = 0.0, forever: bool = False) -> Answer:
    """Write bytes as they are, with a pause after each part; `forever` repeats the last one."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for part in itertools.chain(parts, itertools.repeat(parts[-1]) if forever else ()):
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)

    return answer


# ---- the world ---------------------------------------------------------------------------------------------------


class World:
    """Names with the answers the resolver gives in turn (the last one for good), and the connections tried."""

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {HOST: [["127.0.0.1"]]}
        self.asked: list[str] = []
        self.connects: list[tuple[str, int]] = []


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


# ---- a plain download --------------------------------------------------------------------------------------------


def test_a_picture_comes_back_as_a_data_uri(world: World, listen: Listen) -> None:
    server = listen(body(picture(), headers={"Content-Type": "text/plain"}))

    mime, content = unpack(download_image(f"http://{HOST}:{server.port}/cover.png", policy_for(server)))

    assert mime == "image/png"
    assert Image.open(io.BytesIO(content)).size == (8, 6)
    assert world.connects == [("127.0.0.1", server.port)]


def test_spaces_and_other_letters_in_the_path_are_encoded(world: World, listen: Listen) -> None:
    server = listen(body(picture()))

    download_image(f"  http://{HOST}:{server.port}/My cover é.png?a=b c#top ", policy_for(server))

    assert server.requests[0][0] == "GET /My%20cover%20%C3%A9.png?a=b%20c HTTP/1.1"


def test_chunked_answers_are_read(world: World, listen: Listen) -> None:
    content = picture()
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (content[:30], content[30:])) + b"0\r\n\r\n"
    server = listen(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked))

    assert download_image(f"http://{HOST}:{server.port}/", policy_for(server)).startswith("data:image/png;base64,")


def test_the_next_checked_address_is_tried_when_one_cannot_be_reached(world: World, listen: Listen) -> None:
    server = listen(body(picture()))
    world.names[HOST] = [["2a00:1450:4001::1", "127.0.0.1"]]

    download_image(f"http://{HOST}:{server.port}/", policy_for(server))

    assert world.connects == [("2a00:1450:4001::1", server.port), ("127.0.0.1", server.port)]


# ---- row 119: forms of addresses that are never asked ------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://pictures.example.org/a.png",
        "gopher://pictures.example.org/a",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "pictures.example.org/a.png",
        "//pictures.example.org/a.png",
        "http:///a.png",
        "http://user:pw@pictures.example.org/a.png",
        "http://user@pictures.example.org/a.png",
        "http://pictures.example.org:22/a.png",
        "http://pictures.example.org:0/a.png",
        "http://pictures.example.org:99999/a.png",
        "http://[::1/a.png",
        "http://pictures..example.org/a.png",
        "http://.example.org/a.png",
        "http://exa mple.org/a.png",
        "http://example.org%00.png/a.png",
        "http://[fe80::1%25eth0]/a.png",
        "",
        "a picture",
    ],
)
def test_addresses_of_another_form_are_refused_without_a_lookup_or_connection(world: World, url: str) -> None:
    error = refusal(url, policy_for())

    assert error.code is ImageErrorCode.BAD_URL
    assert world.asked == []
    assert world.connects == []


def test_plain_http_is_refused_where_the_policy_says_https(world: World) -> None:
    assert refusal(f"http://{HOST}/a.png", policy_for(schemes=("https",))).code is ImageErrorCode.BAD_URL
    assert world.connects == []


# ---- row 120: addresses that are not public ----------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.1.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:7f00:1::",
    "2001:0:808:808::f5ff:fffe",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_blocked_before_a_connection(world: World, address: str) -> None:
    world.names[HOST] = [[address]]

    error = refusal(f"http://{HOST}/a.png", ImagePolicy())

    assert error.code is ImageErrorCode.BLOCKED_ADDRESS
    assert world.connects == []


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_is_blocked_when_written_out(world: World, address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    assert refusal(f"http://{host}/a.png", ImagePolicy()).code is ImageErrorCode.BLOCKED_ADDRESS
    assert world.connects == []


@pytest.mark.parametrize(
    "host", ["2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.0", "1.2.3.0x4"]
)
def test_addresses_in_disguise_are_refused(world: World, host: str) -> None:
    assert refusal(f"http://{host}/a.png", ImagePolicy()).code is ImageErrorCode.BAD_URL
    assert world.connects == []


def test_a_local_server_sees_no_connection_without_the_opt_in(world: World, listen: Listen) -> None:
    server = listen(body(SECRET.encode()))
    closed = policy_for(server, allowed_networks=())

    for host in (HOST, "127.0.0.1", "[::ffff:127.0.0.1]", "127.0.0.1."):
        assert refusal(f"http://{host}:{server.port}/", closed).code is ImageErrorCode.BLOCKED_ADDRESS
    assert server.connections == 0

    assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.NOT_AN_IMAGE
    assert server.connections == 1


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808", "::ffff:8.8.8.8"],
)
def test_public_addresses_are_connected_to(world: World, address: str) -> None:
    world.names[HOST] = [[address]]

    assert refusal(f"http://{HOST}/a.png", ImagePolicy()).code is ImageErrorCode.UNREACHABLE
    assert [ip for ip, _ in world.connects] == [address]


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_inside_an_ipv6_one(address: IPv4Address) -> None:
    mapped, translated = IPv6Address(f"::ffff:{address}"), IPv6Address(f"64:ff9b::{address}")
    relayed = IPv6Address(0x2002 << 112 | int(address) << 80 | 1)

    assert {is_public(mapped), is_public(translated), is_public(relayed)} == {is_public(address)}


# ---- row 121: DNS rebinding --------------------------------------------------------------------------------------


def test_a_name_that_changes_its_mind_is_looked_up_once_and_stays_pinned(world: World, listen: Listen) -> None:
    server = listen(body(SECRET.encode()))
    world.names[HOST] = [["93.184.215.14"], ["127.0.0.1"]]

    error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server, allowed_networks=()))

    assert error.code is ImageErrorCode.UNREACHABLE
    assert world.asked == [HOST]
    assert world.connects == [("93.184.215.14", server.port)]
    assert server.connections == 0


@pytest.mark.parametrize("answers", [["93.184.215.14", "10.0.0.1"], ["2a00:1450:4001::1", "8.8.8.8", "::1"]])
def test_one_bad_record_refuses_the_name(world: World, answers: list[str]) -> None:
    world.names[HOST] = [answers]

    assert refusal(f"http://{HOST}/a.png", ImagePolicy()).code is ImageErrorCode.BLOCKED_ADDRESS
    assert world.connects == []


def test_the_pinned_connection_keeps_the_name_in_the_host_header(world: World, listen: Listen) -> None:
    server = listen(body(picture()))

    download_image(f"http://{HOST}:{server.port}/a.png", policy_for(server))

    assert server.requests[0][1]["Host"] == f"{HOST}:{server.port}"


# ---- TLS ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_bundle(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


def tls_for(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_sni_and_certificate_are_those_of_the_name(
    world: World, listen: Listen, authority: trustme.CA, ca_bundle: str
) -> None:
    server = listen(body(picture()), tls_for(authority, HOST))

    uri = download_image(f"https://{HOST}:{server.port}/a.png", policy_for(server, ca_bundle=ca_bundle))

    assert uri.startswith("data:image/png;base64,")
    assert server.server_names == [HOST]
    assert world.connects == [("127.0.0.1", server.port)]


def test_a_certificate_for_another_name_is_refused(
    world: World, listen: Listen, authority: trustme.CA, ca_bundle: str
) -> None:
    server = listen(body(picture()), tls_for(authority, "other.example.org", "127.0.0.1"))

    error = refusal(f"https://{HOST}:{server.port}/a.png", policy_for(server, ca_bundle=ca_bundle))

    assert error.code is ImageErrorCode.UNREACHABLE
    assert server.requests == []


def test_a_certificate_nobody_vouches_for_is_refused(world: World, listen: Listen, authority: trustme.CA) -> None:
    server = listen(body(picture()), tls_for(authority, HOST))

    assert refusal(f"https://{HOST}:{server.port}/a.png", policy_for(server)).code is ImageErrorCode.UNREACHABLE
    assert server.requests == []


# ---- row 122: redirects ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_each_hop_looked_up(world: World, listen: Listen, status: int) -> None:
    last = listen(body(picture()))
    world.names["cdn.example.org"] = [["127.0.0.1"]]
    first = listen(redirect(f"http://cdn.example.org:{last.port}/real.png", status))

    download_image(f"http://{HOST}:{first.port}/a.png", policy_for(first, last))

    assert world.asked == [HOST, "cdn.example.org"]
    assert last.requests[0][0] == "GET /real.png HTTP/1.1"


def test_a_relative_redirect_stays_on_the_host(world: World, listen: Listen) -> None:
    server = listen(routes(a=redirect("../b?size=large#top"), b=body(picture())))

    download_image(f"http://{HOST}:{server.port}/a", policy_for(server))

    assert [line for line, _ in server.requests] == ["GET /a HTTP/1.1", "GET /b?size=large HTTP/1.1"]


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://inner.example.org:{port}/", ImageErrorCode.BLOCKED_ADDRESS),
        ("http://127.0.0.2:{port}/", ImageErrorCode.BLOCKED_ADDRESS),
        ("http://[::1]:{port}/", ImageErrorCode.BLOCKED_ADDRESS),
        ("http://169.254.169.254:{port}/latest/meta-data/", ImageErrorCode.BLOCKED_ADDRESS),
        ("http://2130706433:{port}/", ImageErrorCode.BAD_URL),
        ("http://user:pw@pictures.example.org:{port}/", ImageErrorCode.BAD_URL),
        ("http://pictures.example.org:22/", ImageErrorCode.BAD_URL),
        ("file:///etc/passwd", ImageErrorCode.BAD_URL),
        ("http://[::1", ImageErrorCode.BAD_URL),
        ("", ImageErrorCode.UNREACHABLE),
    ],
)
def test_a_redirect_is_checked_as_the_first_address_was(
    world: World, listen: Listen, location: str, code: ImageErrorCode
) -> None:
    inner = listen(body(SECRET.encode()))
    world.names["inner.example.org"] = [["127.0.0.2"]]
    outer = listen(redirect(location.format(port=inner.port)))

    error = refusal(f"http://{HOST}:{outer.port}/a.png", policy_for(outer, inner))

    assert error.code is code
    assert world.connects == [("127.0.0.1", outer.port)]
    assert inner.connections == 0


def test_a_redirect_loop_ends_after_three_redirects(world: World, listen: Listen) -> None:
    server = listen(redirect("/again"))

    assert refusal(f"http://{HOST}:{server.port}/a", policy_for(server)).code is ImageErrorCode.TOO_MANY_REDIRECTS
    assert server.connections == 4


def test_three_redirects_are_followed(world: World, listen: Listen) -> None:
    server = listen(routes(a=redirect("/b"), b=redirect("/c"), c=redirect("/d"), d=body(picture())))

    assert download_image(f"http://{HOST}:{server.port}/a", policy_for(server)).startswith("data:image/png")


def test_leaving_tls_is_refused(world: World, listen: Listen, authority: trustme.CA, ca_bundle: str) -> None:
    plain = listen(body(picture()))
    secure = listen(redirect(f"http://{HOST}:{plain.port}/a.png"), tls_for(authority, HOST))

    error = refusal(f"https://{HOST}:{secure.port}/a.png", policy_for(secure, plain, ca_bundle=ca_bundle))

    assert error.code is ImageErrorCode.BAD_URL
    assert plain.connections == 0


# ---- row 123: proxies --------------------------------------------------------------------------------------------


def test_proxies_of_the_environment_are_not_used(world: World, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = listen(body(picture()))
    server = listen(body(picture()))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    download_image(f"http://{HOST}:{server.port}/a.png", policy_for(server))

    assert (server.connections, proxy.connections) == (1, 0)


def test_the_proxy_of_the_policy_is_told_the_checked_address(world: World, listen: Listen) -> None:
    proxy = listen(body(picture()))
    world.names[HOST] = [["93.184.215.14"]]

    download_image(f"http://{HOST}/a.png", ImagePolicy(proxy=f"http://me:word@127.0.0.1:{proxy.port}"))

    line, headers = proxy.requests[0]
    assert line == "GET http://93.184.215.14:80/a.png HTTP/1.1"
    assert headers["Host"] == HOST
    assert headers["proxy-authorization"] == "Basic " + base64.b64encode(b"me:word").decode()


def test_https_tunnels_through_the_proxy_to_the_checked_address(world: World, listen: Listen) -> None:
    proxy = listen(body(b"", status=403))
    world.names[HOST] = [["93.184.215.14"]]

    error = refusal(f"https://{HOST}/a.png", ImagePolicy(proxy=f"http://127.0.0.1:{proxy.port}"))

    assert error.code is ImageErrorCode.UNREACHABLE
    assert proxy.requests[0][0].startswith("CONNECT 93.184.215.14:443 ")


def test_a_proxy_does_not_lead_around_the_checks(world: World, listen: Listen) -> None:
    proxy = listen(body(picture()))
    world.names[HOST] = [["10.0.0.1"]]

    error = refusal(f"http://{HOST}/a.png", ImagePolicy(proxy=f"http://127.0.0.1:{proxy.port}"))

    assert error.code is ImageErrorCode.BLOCKED_ADDRESS
    assert proxy.connections == 0


# ---- row 124: time and size --------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", pause=0.05, forever=True), id="head"),
        pytest.param(raw(HEAD + b"Content-Length: 100000\r\n\r\n", b"a", pause=0.05, forever=True), id="body"),
        pytest.param(raw(HEAD + b"\r\n", b"a", pause=0.05, forever=True), id="body without a length"),
        pytest.param(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", pause=0.05, forever=True), id="chunks"
        ),
        pytest.param(raw(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.05, forever=True), id="continue"),
        pytest.param(raw(b"", pause=5), id="silence"),
    ],
)
def test_a_slow_drip_ends_on_time(world: World, listen: Listen, answer: Answer) -> None:
    server = listen(answer)

    with within(2):
        error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server, total_seconds=0.5))

    assert error.code is ImageErrorCode.TIMEOUT


def test_a_slow_drip_over_tls_ends_on_time(world: World, listen: Listen, authority: trustme.CA, ca_bundle: str) -> None:
    server = listen(raw(HEAD + b"\r\n", b"a", pause=0.05, forever=True), tls_for(authority, HOST))

    with within(2):
        error = refusal(
            f"https://{HOST}:{server.port}/a.png", policy_for(server, total_seconds=0.5, ca_bundle=ca_bundle)
        )

    assert error.code is ImageErrorCode.TIMEOUT


def test_the_whole_chain_of_redirects_shares_the_time(world: World, listen: Listen) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.4)
        redirect("/again")(handler)

    server = listen(slow)

    with within(1.5):
        error = refusal(f"http://{HOST}:{server.port}/a", policy_for(server, total_seconds=0.6))

    assert error.code is ImageErrorCode.TIMEOUT


def test_a_handshake_that_never_comes_ends_on_time(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with within(2):
            error = refusal(f"https://{HOST}:{port}/a.png", policy_for(ports=(port,), connect_seconds=0.3))

    assert error.code is ImageErrorCode.TIMEOUT


def test_a_name_lookup_that_hangs_ends_on_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: release.wait(10) and [])

    with within(2):
        error = refusal(f"http://{HOST}/a.png", policy_for(total_seconds=0.3))

    release.set()
    assert error.code is ImageErrorCode.TIMEOUT


def test_a_connection_made_after_the_time_is_cut_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.01) as deadline:
        time.sleep(0.1)

        deadline.watch(ours)

        assert theirs.recv(1) == b""


def test_a_declared_size_over_the_limit_is_refused_unread(world: World, listen: Listen) -> None:
    server = listen(raw(HEAD + b"Content-Length: 5000000000\r\n\r\n", pause=3))

    with within(2):
        assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.TOO_LARGE


@pytest.mark.parametrize("head", [b"", b"Transfer-Encoding: chunked\r\n"])
def test_an_endless_body_stops_at_the_limit_with_flat_memory(world: World, listen: Listen, head: bytes) -> None:
    block = bytes(65536)
    part = b"10000\r\n" + block + b"\r\n" if head else block
    server = listen(raw(HEAD + head + b"\r\n", part, forever=True))

    tracemalloc.start()
    error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server, max_bytes=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert error.code is ImageErrorCode.TOO_LARGE
    assert peak < 5_000_000


def test_no_compression_is_asked_for_and_none_accepted(world: World, listen: Listen) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server = listen(body(bomb, headers={"Content-Encoding": "gzip", "Content-Type": "image/png"}))

    tracemalloc.start()
    error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert error.code is ImageErrorCode.NOT_AN_IMAGE
    assert server.requests[0][1]["Accept-Encoding"] == "identity"
    assert peak < 5_000_000


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP, identity"])
def test_an_answer_called_compressed_is_refused_whatever_it_holds(world: World, listen: Listen, encoding: str) -> None:
    server = listen(body(picture(), headers={"Content-Encoding": encoding}))

    assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.NOT_AN_IMAGE


def test_an_answer_called_identity_is_read(world: World, listen: Listen) -> None:
    server = listen(body(picture(), headers={"Content-Encoding": "identity"}))

    assert download_image(f"http://{HOST}:{server.port}/", policy_for(server)).startswith("data:image/png;base64,")


def test_a_body_that_breaks_off_is_not_taken_for_whole(world: World, listen: Listen) -> None:
    server = listen(raw(HEAD + b"Content-Length: 100\r\n\r\n" + b"a" * 50))

    assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.UNREACHABLE


# ---- row 125: content --------------------------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ImageErrorCode.NOT_AN_IMAGE),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", ImageErrorCode.NOT_AN_IMAGE),
        (b"GIF89a", ImageErrorCode.NOT_AN_IMAGE),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", ImageErrorCode.NOT_AN_IMAGE),
        (picture()[:-30], ImageErrorCode.NOT_AN_IMAGE),
        (picture("JPEG", size=(200, 200))[:-200], ImageErrorCode.NOT_AN_IMAGE),
        (SVG, ImageErrorCode.TYPE_NOT_ALLOWED),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->\n' + SVG, ImageErrorCode.TYPE_NOT_ALLOWED),
        (picture("BMP"), ImageErrorCode.TYPE_NOT_ALLOWED),
        (picture("TIFF"), ImageErrorCode.TYPE_NOT_ALLOWED),
        (picture("ICO", size=(16, 16)), ImageErrorCode.TYPE_NOT_ALLOWED),
        (b"%PDF-1.7\n", ImageErrorCode.TYPE_NOT_ALLOWED),
        (b"\0\0\0\x1cftypheic", ImageErrorCode.TYPE_NOT_ALLOWED),
        (png_claiming(50_000, 50_000), ImageErrorCode.TOO_MANY_PIXELS),
        (png_claiming(10_000, 9_500), ImageErrorCode.TOO_MANY_PIXELS),
        (png_claiming(8_000, 6_251), ImageErrorCode.TOO_MANY_PIXELS),
    ],
)
def test_content_that_lies_about_itself_is_refused(
    world: World, listen: Listen, content: bytes, code: ImageErrorCode
) -> None:
    server = listen(body(content, headers={"Content-Type": "image/png"}))

    assert refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server)).code is code


def test_pillow_still_guards_where_the_policy_allows_more() -> None:
    with pytest.raises(ImageError) as caught:
        to_data_uri(png_claiming(10_000, 9_500), ImagePolicy(max_pixels=10**9))

    assert caught.value.code is ImageErrorCode.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("file_format", "mode", "mime"),
    [
        ("PNG", "1", "image/png"),
        ("PNG", "L", "image/png"),
        ("PNG", "LA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("MPO", "RGB", "image/jpeg"),
        ("WEBP", "RGB", "image/png"),
        ("WEBP", "RGBA", "image/png"),
        ("GIF", "P", "image/png"),
    ],
)
def test_allowed_formats_become_png_or_jpeg(file_format: str, mode: str, mime: str) -> None:
    options = {"save_all": True, "append_images": [Image.new(mode, (8, 6))]} if file_format == "MPO" else {}
    image = Image.frombytes(mode, (8, 6), bytes(96)) if mode == "I;16" else noise((8, 6)).convert(mode)
    source = saved(image, file_format, **options)

    got, content = unpack(to_data_uri(source, ImagePolicy()))

    result = Image.open(io.BytesIO(content))
    assert got == mime == Image.MIME[result.format or ""]
    assert result.size == (8, 6)


@pytest.mark.parametrize(("file_format", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "L"), ("GIF", "P")])
def test_lossless_pictures_keep_every_pixel(file_format: str, mode: str) -> None:
    source = saved(noise((20, 10)).convert(mode), file_format)

    _, content = unpack(to_data_uri(source, ImagePolicy()))

    before, after = (Image.open(io.BytesIO(data)).convert("RGBA").tobytes() for data in (source, content))
    assert after == before


def test_a_jpeg_keeps_its_quality_and_about_its_size() -> None:
    source = saved(noise((200, 100)).resize((800, 400)), "JPEG", quality=70)

    _, content = unpack(to_data_uri(source, ImagePolicy()))

    assert Image.open(io.BytesIO(content)).quantization == Image.open(io.BytesIO(source)).quantization
    assert len(content) < len(source) * 1.05


def test_the_transparent_colour_of_a_gif_stays_transparent() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((3, 3), 1)

    _, content = unpack(to_data_uri(saved(image, "GIF", transparency=0), ImagePolicy()))

    result = Image.open(io.BytesIO(content)).convert("RGBA")
    assert result.getpixel((0, 0))[3] == 0
    assert result.getpixel((3, 3)) == (0, 255, 0, 255)


def test_an_animation_becomes_its_first_frame() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]

    _, content = unpack(to_data_uri(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), ImagePolicy()))

    result = Image.open(io.BytesIO(content))
    assert getattr(result, "n_frames", 1) == 1
    assert result.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_is_hidden_behind_a_picture_is_not_passed_on(file_format: str) -> None:
    source = picture(file_format) + b"<script>alert(1)</script>PK\x03\x04"

    _, content = unpack(to_data_uri(source, ImagePolicy()))

    assert b"<script>" not in content
    assert b"PK\x03\x04" not in content


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_place_comment_and_profile_are_left_out(file_format: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    options: dict[str, object] = {"exif": exif.tobytes(), "icc_profile": b"profile of my camera" * 10}
    if file_format == "JPEG":
        options["comment"] = b"taken at home"
    source = picture(file_format, **options)
    assert b"taken at home" in source

    _, content = unpack(to_data_uri(source, ImagePolicy()))

    assert b"taken at home" not in content
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(Image.open(io.BytesIO(content)).info)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_taken_with_the_camera_turned_stands_upright(file_format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the picture is at its right
    source = picture(file_format, size=(32, 16), exif=exif.tobytes())

    _, content = unpack(to_data_uri(source, ImagePolicy()))

    result = Image.open(io.BytesIO(content)).convert("L")
    assert result.size == (16, 32)
    assert result.getpixel((8, 2)) < 60 < 200 < result.getpixel((8, 30))


def test_unreadable_exif_does_not_spoil_a_picture() -> None:
    source = picture("JPEG", exif=b"Exif\0\0not a directory of tags")

    assert to_data_uri(source, ImagePolicy()).startswith("data:image/jpeg;base64,")


def test_a_png_over_the_limit_becomes_a_jpeg_when_it_is_opaque() -> None:
    source = saved(noise((200, 200)), "WEBP", quality=50)

    mime, content = unpack(to_data_uri(source, ImagePolicy(max_bytes=80_000)))

    assert mime == "image/jpeg"
    assert len(content) <= 80_000


def test_a_picture_that_fits_in_no_form_is_too_large() -> None:
    source = saved(noise((200, 200), "RGBA"), "WEBP", quality=50)

    with pytest.raises(ImageError) as caught:
        to_data_uri(source, ImagePolicy(max_bytes=60_000))

    assert caught.value.code is ImageErrorCode.TOO_LARGE


@settings(max_examples=150)
@given(data=st.data(), file_format=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]))
def test_damaged_pictures_give_a_picture_or_an_image_error(data: st.DataObject, file_format: str) -> None:
    content = bytearray(picture(file_format))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        mime, clean = unpack(to_data_uri(bytes(content), ImagePolicy(max_pixels=10_000_000)))
    except ImageError:
        return  # the one error that may come out
    assert Image.MIME[Image.open(io.BytesIO(clean)).format or ""] == mime


# ---- row 126: nothing of ours goes out ---------------------------------------------------------------------------


def test_no_credential_cookie_or_referer_is_sent_on_any_hop(
    world: World, listen: Listen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine {HOST} login me password word\n")
    monkeypatch.setenv("NETRC", str(netrc))
    first = body(b"", status=302, headers={"Location": "/b", "Set-Cookie": "session=1; Path=/"})
    server = listen(routes(a=first, b=body(picture())))

    download_image(f"http://{HOST}:{server.port}/a", policy_for(server))

    assert len(server.requests) == 2
    for _, headers in server.requests:
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert headers["User-Agent"] == f"course-discovery-bulk/{__version__}"


# ---- row 127: what an error tells --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, ImageErrorCode.NOT_FOUND),
        (403, ImageErrorCode.NOT_FOUND),
        (404, ImageErrorCode.NOT_FOUND),
        (410, ImageErrorCode.NOT_FOUND),
        (204, ImageErrorCode.UNREACHABLE),
        (206, ImageErrorCode.UNREACHABLE),
        (304, ImageErrorCode.UNREACHABLE),
        (429, ImageErrorCode.UNREACHABLE),
        (500, ImageErrorCode.UNREACHABLE),
        (503, ImageErrorCode.UNREACHABLE),
    ],
)
def test_an_error_tells_a_code_and_nothing_of_the_answer(
    world: World, listen: Listen, caplog: pytest.LogCaptureFixture, status: int, code: ImageErrorCode
) -> None:
    server = listen(body(SECRET.encode(), status=status, headers={"X-Inner": SECRET}))
    caplog.set_level(logging.INFO)

    error = refusal(f"http://{HOST}:{server.port}/a.png?token=mine", policy_for(server))

    assert error.code is code
    assert str(error) == f"{code.value}: http://{HOST}:{server.port}/a.png"
    assert SECRET not in caplog.text
    assert error.__cause__ is None  # nor does a traceback show what lies behind the code
    assert error.__suppress_context__


def test_an_error_does_not_tell_where_a_redirect_led(world: World, listen: Listen) -> None:
    server = listen(redirect("http://vault.inner.example.org/key"))
    world.names["vault.inner.example.org"] = [["10.0.0.1"]]

    error = refusal(f"http://{HOST}:{server.port}/a.png", policy_for(server, ports=(server.port, 80)))

    assert error.code is ImageErrorCode.BLOCKED_ADDRESS
    assert error.url == f"http://{HOST}:{server.port}/a.png"
    assert "inner" not in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        raw(b"HTTP/1.1 two-hundred OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\nabcde"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 300 + b"\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 200_000),
        raw(b""),
    ],
)
def test_an_answer_that_is_no_http_is_unreachable(world: World, listen: Listen, answer: Answer) -> None:
    server = listen(answer)

    assert refusal(f"http://{HOST}:{server.port}/", policy_for(server)).code is ImageErrorCode.UNREACHABLE


def test_a_name_nobody_knows_is_unreachable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> list[tuple]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    assert refusal("http://nowhere.example.org/a.png", ImagePolicy()).code is ImageErrorCode.UNREACHABLE


def test_a_network_that_is_none_is_the_operators_error_not_the_uploaders(world: World) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        download_image(f"http://{HOST}/a.png", ImagePolicy(allowed_networks=("10.0.0/99",)))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:word@example.org:8443/a/b.png?sig=1#top", "https://example.org:8443/a/b.png"),
        ("https://example.org", "https://example.org"),
        ("data:image/png;base64,AAAA", ""),
        ("file:///etc/passwd", ""),
        ("http://[::1/", ""),
        ("https://example.org/" + "a" * 500, "https://example.org/" + "a" * 180),
    ],
)
def test_the_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert showable(url) == shown


# ---- share links -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "direct"),
    [
        (
            "https://drive.google.com/file/d/1aB-c_9/view?usp=sharing",
            "https://drive.google.com/uc?export=download&id=1aB-c_9",
        ),
        ("https://drive.google.com/file/u/1/d/1aB-c_9/edit", "https://drive.google.com/uc?export=download&id=1aB-c_9"),
        ("https://docs.google.com/file/d/1aB-c_9/", "https://drive.google.com/uc?export=download&id=1aB-c_9"),
        ("http://drive.google.com/open?id=1aB-c_9", "https://drive.google.com/uc?export=download&id=1aB-c_9"),
        ("https://docs.google.com/uc?id=1aB-c_9", "https://drive.google.com/uc?export=download&id=1aB-c_9"),
        (
            "https://drive.google.com/uc?export=view&id=1aB-c_9",
            "https://drive.google.com/uc?export=download&id=1aB-c_9",
        ),
        (
            "https://drive.google.com/file/d/1aB/view?resourcekey=0-x",
            "https://drive.google.com/uc?export=download&id=1aB&resourcekey=0-x",
        ),
        ("https://www.dropbox.com/s/abc/a.png?dl=0", "https://www.dropbox.com/s/abc/a.png?dl=1"),
        (
            "https://www.dropbox.com/scl/fi/abc/a.png?rlkey=k&dl=0",
            "https://www.dropbox.com/scl/fi/abc/a.png?rlkey=k&dl=1",
        ),
        ("https://www.dropbox.com/s/abc/a.png?raw=1", "https://www.dropbox.com/s/abc/a.png?raw=1"),
        ("https://docs.google.com/document/d/1aB/edit", "https://docs.google.com/document/d/1aB/edit"),
        ("https://drive.google.com.example.org/open?id=1aB", "https://drive.google.com.example.org/open?id=1aB"),
        ("https://example.org/open?id=1aB", "https://example.org/open?id=1aB"),
        ("https://[drive.google.com/open?id=1aB", "https://[drive.google.com/open?id=1aB"),
    ],
)
def test_share_links_lead_to_the_file_itself(shared: str, direct: str) -> None:
    assert direct_address(shared) == direct


def test_a_share_link_is_downloaded_from_its_direct_address(world: World, listen: Listen) -> None:
    proxy = listen(body(b"", status=403))
    world.names["drive.google.com"] = [["8.8.8.8"]]

    error = refusal("http://drive.google.com/file/d/1aB/view", ImagePolicy(proxy=f"http://127.0.0.1:{proxy.port}"))

    assert proxy.requests[0][0].startswith("CONNECT 8.8.8.8:443 ")
    assert error.url == "http://drive.google.com/file/d/1aB/view"
