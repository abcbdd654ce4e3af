"""A plain download, and what it sends: nothing of ours."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from course_discovery_bulk import __version__
from course_discovery_bulk.pictures.images import ImagePolicy, download_image
from tests.unit.pictures.samples import picture, unpack
from tests.unit.pictures.servers import Listen, body, raw, routes
from tests.unit.pictures.world import HOST, World, policy_for, refusal

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


def test_a_share_link_is_downloaded_from_its_direct_address(world: World, listen: Listen) -> None:
    proxy = listen(body(b"", status=403))
    world.names["drive.google.com"] = [["8.8.8.8"]]

    error = refusal("http://drive.google.com/file/d/1aB/view", ImagePolicy(proxy=f"http://127.0.0.1:{proxy.port}"))

    assert proxy.requests[0][0].startswith("CONNECT 8.8.8.8:443 ")
    assert error.url == "http://drive.google.com/file/d/1aB/view"
