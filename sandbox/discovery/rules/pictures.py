"""Pictures sent as data URIs; anything else in a picture's place is ignored."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

PREFIX = "data:image"
SMALL = (378, 225)


def _decoded(data_uri: str) -> tuple[str, bytes]:
    """File ending and content."""
    kind, encoded = data_uri.split(";base64,")
    return kind.split("/")[-1], base64.b64decode(encoded)


def _open(content: bytes) -> Image.Image:
    """The picture; an error of Pillow's if it is none."""
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def is_picture(value: Any) -> bool:
    """Whether this is a picture that would be stored."""
    return isinstance(value, str) and value.startswith(PREFIX)


def store_picture(folder: str, uuid: UUID, data_uri: str) -> str:
    """Store a picture and a smaller copy under a name no browser has cached; the name, as a file field keeps it."""
    ending, content = _decoded(data_uri)
    picture = _open(content)
    name = f"{folder}/{uuid}-{uuid4().hex[-12:]}.{ending}"
    stored = default_storage.save(name, ContentFile(content))
    picture.thumbnail(SMALL)
    smaller = BytesIO()
    picture.save(smaller, format=picture.format)
    default_storage.save(small_name(stored), ContentFile(smaller.getvalue()))
    return stored


def small_name(name: str) -> str:
    """The name of a picture's smaller copy."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.small{path.suffix}"))
