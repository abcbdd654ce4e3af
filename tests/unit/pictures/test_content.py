"""What may come back: a real picture, of which nothing but the picture is kept."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from course_discovery_bulk.pictures.image_content import to_data_uri
from course_discovery_bulk.pictures.images import ImageError, ImageErrorCode, ImagePolicy
from tests.unit.pictures.samples import noise, picture, png_claiming, saved, unpack
from tests.unit.pictures.servers import Listen, body
from tests.unit.pictures.world import HOST, World, policy_for, refusal

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
