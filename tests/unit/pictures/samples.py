"""Pictures to send: small ones, noisy ones, and one that lies about its size."""

from __future__ import annotations

import base64
import io
import random
import struct
import zlib

from PIL import Image


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
