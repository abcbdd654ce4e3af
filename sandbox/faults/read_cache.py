"""Answers reads from memory, as the real service does: by address, until something in the catalog is saved.

An update that bypasses saving leaves old answers standing there; the mode `stale` does so for every write.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse

CLEARED = "cleared"
STALE = "stale"
CATALOG = "sandbox_discovery"
NOT_CATALOG = frozenset({"ChangeLog", "User"})


class ReadCache:
    """Answers by full address, in a folder that processes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "cache"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._mode = folder / "cache.mode"

    def switch(self, mode: str | None) -> None:
        """CLEARED, STALE, or None for no cache at all."""
        self.clear()
        if mode is None:
            self._mode.unlink(missing_ok=True)
        else:
            self._mode.write_text(mode)

    def clear_when_saved(self) -> None:
        """In this process: forget everything whenever something of the catalog is saved."""
        for model in apps.get_app_config(CATALOG).get_models():
            if model.__name__ not in NOT_CATALOG:
                name = f"{self._folder} {model.__name__}"
                post_save.connect(self._on_save, sender=model, weak=False, dispatch_uid=name)

    def find(self, request: HttpRequest) -> HttpResponse | None:
        """What was answered to the same address before."""
        if not self._mode.exists() or request.method != "GET":
            return None
        file = self._file(request)
        return HttpResponse(file.read_bytes(), content_type="application/json") if file.exists() else None

    def keep(self, request: HttpRequest, response: HttpResponse) -> None:
        """Remember a good answer to a read."""
        if self._mode.exists() and request.method == "GET" and response.status_code == 200:
            self._file(request).write_bytes(response.content)

    def clear(self) -> None:
        """Forget every answer."""
        for file in self._folder.iterdir():
            file.unlink(missing_ok=True)

    def _on_save(self, **_: Any) -> None:
        if self._mode.exists() and self._mode.read_text() == CLEARED:
            self.clear()

    def _file(self, request: HttpRequest) -> Path:
        return self._folder / hashlib.sha256(request.get_full_path().encode()).hexdigest()
