"""What a script of a catalog team does: upload a file, ask how far it is, fetch the result of every row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

TASKS = "/api/v1/bulk_operation_tasks/"
TIMEOUT = (3.05, 30)
PAGE_SIZE = 100


class RestError(Exception):
    """An answer that is not the one hoped for; the text is for people."""


class BulkClient:
    """The bulk-operations API as one user."""

    def __init__(self, site: str, token: str) -> None:
        self._site = site
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"JWT {token}"

    def upload(self, file: Path, task_type: str) -> dict[str, Any]:
        """Send a file; the task that was made of it."""
        with file.open("rb") as stream:
            files = {"csv_file": (file.name, stream)}
            return self._ask("POST", f"{self._site}{TASKS}", files=files, data={"task_type": task_type})

    def task(self, pk: int) -> dict[str, Any]:
        """One task."""
        return self._ask("GET", f"{self._site}{TASKS}{pk}/")

    def progress(self, pk: int) -> dict[str, Any]:
        """How far it is: `total`, `processed`, `counts`, `rate_per_second`, `finished`."""
        return self._ask("GET", f"{self._site}{TASKS}{pk}/progress/")

    def rows(self, pk: int) -> Iterator[dict[str, Any]]:
        """Every row in the order of the file."""
        return self.listed(f"{TASKS}{pk}/rows/?page_size={PAGE_SIZE}")

    def listed(self, path: str) -> Iterator[dict[str, Any]]:
        """Everything on a list of the site, page after page."""
        address: str | None = f"{self._site}{path}"
        while address:
            page = self._ask("GET", address)
            yield from page["results"]
            address = page["next"]

    def _ask(self, method: str, address: str, **content: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(method, address, timeout=TIMEOUT, **content)
        except requests.RequestException as error:
            raise RestError(f"{method} {address}: {error}") from error
        if not answer.ok:
            raise RestError(f"{method} {address} answered {answer.status_code}: {answer.text[:2000]}")
        body: dict[str, Any] = answer.json()
        return body
