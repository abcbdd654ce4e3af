"""Between us and the picture: certificates, redirects, proxies. Each hop is checked as the first address was."""

from __future__ import annotations

import base64

import pytest
import trustme

from course_discovery_bulk.pictures.images import ImageErrorCode, ImagePolicy, download_image
from tests.unit.pictures.samples import picture
from tests.unit.pictures.servers import Listen, body, redirect, routes, tls_for
from tests.unit.pictures.world import HOST, SECRET, World, policy_for, refusal


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
