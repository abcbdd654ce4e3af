"""Placeholders in steps: results of earlier steps and pictures, filled in just before a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_discovery_bulk.data import DOWNLOAD, REF


def fill(value: Any, results: Mapping[str, Any], images: Mapping[str, str]) -> Any:
    """A value of a step with its references to earlier results and pictures filled in."""
    if isinstance(value, Mapping):
        if REF in value:
            return results[value[REF]]
        if DOWNLOAD in value:
            return images.get(value[DOWNLOAD])  # absent while reading back, which looks at no picture
        return {name: fill(item, results, images) for name, item in value.items()}
    if isinstance(value, list):
        return [fill(item, results, images) for item in value]
    return value


def addresses_of_images(value: Any) -> list[str]:
    """Addresses of pictures anywhere in a value, in order, each once."""
    if isinstance(value, Mapping):
        parts = [[value[DOWNLOAD]]] if DOWNLOAD in value else map(addresses_of_images, value.values())
    elif isinstance(value, (list, tuple)):
        parts = map(addresses_of_images, value)
    else:
        return []
    return list(dict.fromkeys(address for part in parts for address in part))
