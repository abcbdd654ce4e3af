"""Where a download may lead: public addresses only, whatever form they come in."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.pictures.image_url import direct_address
from course_discovery_bulk.pictures.images import ImageErrorCode, ImagePolicy, download_image
from course_discovery_bulk.pictures.public_address import is_public
from tests.unit.pictures.samples import picture
from tests.unit.pictures.servers import Listen, body
from tests.unit.pictures.world import HOST, SECRET, World, policy_for, refusal

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
