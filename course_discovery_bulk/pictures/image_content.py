"""Turns downloaded bytes into a picture that is safe to store: decoded, checked, and written anew.

The content decides, never the Content-Type. Every picture is written anew from its pixels, so nothing that is not
pixels is passed on: no EXIF and GPS data, no comments, no colour profile, no page or archive hidden behind the picture.
JPEG stays JPEG, with its own quantisation tables when it need not be turned upright. PNG stays PNG; WEBP and GIF become
PNG, because discovery takes only PNG and JPEG for sure, and lose their animation: the first frame counts.
A PNG that would be larger than the limit becomes a JPEG where it is opaque.
"""

from __future__ import annotations

import base64
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from course_discovery_bulk.pictures.image_policy import ImageError, ImageErrorCode, ImagePolicy

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_JPEG_FORMATS = frozenset({"JPEG", "MPO"})  # MPO: a JPEG with further pictures behind it, as phones make them
_ORIENTATION = 0x0112  # EXIF tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ALPHA_MODES = frozenset({"LA", "PA", "RGBA", "La", "RGBa"})
_PNG_EFFORT = 2  # of 9: a twentieth larger than the default, at 50 million pixels five times as fast
_KEYED_MODES = frozenset({"1", "L", "P", "RGB"})  # may name one colour as the transparent one
_PNG_MODES = frozenset({"1", "L", "I", "I;16", "RGB"})
# Starts of files that people do put in for pictures, so that they are told about the type and not about a damaged file.
_OTHER_KINDS = (b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0", b"8BPS", b"%PDF", b"%!PS", b"\0\0\0\x0cjP  ")
_SVG_WITHIN = 1024  # bytes: behind an XML declaration, a doctype and comments
# What Pillow is known to raise on damaged files, depending on the format and version. Not MemoryError: that is about
# this worker, not about the file, whose pixels are bounded.
_DECODING_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    struct.error,
    zlib.error,
)


def to_data_uri(content: bytes, policy: ImagePolicy) -> str:
    """Return the picture in `content`, cleaned, as `data:image/png;base64,...` or `data:image/jpeg;base64,...`."""
    with _faults_named(content):
        mime, picture = _encode(_decode(content, policy.max_pixels), policy.max_bytes)
    return f"data:{mime};base64,{base64.b64encode(picture).decode('ascii')}"


@contextmanager
def _faults_named(content: bytes) -> Iterator[None]:
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise ImageError(ImageErrorCode.TOO_MANY_PIXELS) from fault
    except UnidentifiedImageError as fault:
        known = _is_other_kind(content)
        raise ImageError(ImageErrorCode.TYPE_NOT_ALLOWED if known else ImageErrorCode.NOT_AN_IMAGE) from fault
    except _DECODING_FAULTS as fault:
        raise ImageError(ImageErrorCode.NOT_AN_IMAGE) from fault


def _decode(content: bytes, max_pixels: int) -> Image.Image:
    """Return the picture with its first frame decoded; the size is looked at before a pixel is unpacked."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        _open(content, max_pixels).verify()
        image = _open(content, max_pixels)  # `verify` leaves an image that cannot be decoded any more
        image.load()
    return image


def _open(content: bytes, max_pixels: int) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=_FORMATS)
    if image.width * image.height > max_pixels:
        raise ImageError(ImageErrorCode.TOO_MANY_PIXELS)
    return image


def _encode(image: Image.Image, max_bytes: int) -> tuple[str, bytes]:
    """Return media type and bytes of the first form that fits."""
    forms = _jpeg_forms(image) if image.format in _JPEG_FORMATS else _png_forms(image)
    for mime, picture in forms:
        if len(picture) <= max_bytes:
            return mime, picture
    raise ImageError(ImageErrorCode.TOO_LARGE)


def _jpeg_forms(image: Image.Image) -> Iterator[tuple[str, bytes]]:
    turn = _UPRIGHT.get(_orientation(image))
    image.info = {}
    if turn is None and image.format == "JPEG" and image.mode in ("L", "RGB"):
        yield "image/jpeg", _written(image, "JPEG", quality="keep", optimize=True)
    else:
        yield "image/jpeg", _written(_plain(image, "RGB", turn), "JPEG", quality=95, optimize=True)


def _png_forms(image: Image.Image) -> Iterator[tuple[str, bytes]]:
    turn = _UPRIGHT.get(_orientation(image))
    transparent = image.mode in _ALPHA_MODES or (image.mode in _KEYED_MODES and "transparency" in image.info)
    opaque_mode = image.mode if image.mode in _PNG_MODES else "RGB"
    yield (
        "image/png",
        _written(_plain(image, "RGBA" if transparent else opaque_mode, turn), "PNG", compress_level=_PNG_EFFORT),
    )
    if not transparent and image.mode in _KEYED_MODES:
        yield "image/jpeg", _written(_plain(image, "RGB", turn), "JPEG", quality=90, optimize=True)


def _plain(image: Image.Image, mode: str, turn: Image.Transpose | None) -> Image.Image:
    """Return the picture in `mode`, upright, with no metadata for a writer to pick up."""
    plain = image if image.mode == mode else image.convert(mode)
    plain = plain if turn is None else plain.transpose(turn)
    plain.info = {}
    return plain


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _DECODING_FAULTS:
        return 1  # EXIF that cannot be read turns nothing, and a picture is good without it


def _written(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def _is_other_kind(content: bytes) -> bool:
    """Tell whether this is a picture or document of a kind not on the list: SVG, TIFF, BMP, HEIC, PDF and so on."""
    if content.startswith(_OTHER_KINDS) or content[4:8] == b"ftyp":
        return True
    start = content[:_SVG_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in start)
