"""The bulk-operations API as a script uses it, with every act that a scenario needs."""

from __future__ import annotations

from typing import Any

import requests

from tests.faults.rig.samples import Sample

TASKS = "/api/v1/bulk_operation_tasks/"
TIMEOUT = (3.05, 30)


class Rest:
    """One user's view; every act gives the answer as it came."""

    def __init__(self, site: str, token: str) -> None:
        self._base = f"{site}{TASKS}"
        self._headers = {"Authorization": f"JWT {token}"}

    def upload(self, sample: Sample, *, key: str | None = None, **options: Any) -> requests.Response:
        """Send a file; `key` is an Idempotency-Key."""
        name = f"{sample.task_type}.csv"
        headers = {"Idempotency-Key": key} if key else {}
        return self.send(
            "POST",
            "",
            files={"csv_file": (name, sample.content)},
            data={"task_type": sample.task_type, **options},
            headers=headers,
        )

    def task(self, pk: int) -> requests.Response:
        return self.send("GET", f"{pk}/")

    def progress(self, pk: int) -> requests.Response:
        return self.send("GET", f"{pk}/progress/")

    def rows(self, pk: int) -> requests.Response:
        return self.send("GET", f"{pk}/rows/?page_size=200")

    def cancel(self, pk: int) -> requests.Response:
        return self.send("POST", f"{pk}/cancel/")

    def apply(self, pk: int) -> requests.Response:
        """With the number of rows if it is asked for."""
        answer = self.send("POST", f"{pk}/apply/")
        needed = answer.json().get("confirm") if answer.status_code == 409 else None
        return answer if needed is None else self.send("POST", f"{pk}/apply/", data={"confirm": needed})

    def retry(self, pk: int) -> requests.Response:
        return self.send("POST", f"{pk}/retry/")

    def send(self, method: str, path: str, **content: Any) -> requests.Response:
        """Any request below the list of tasks."""
        headers = {**self._headers, **content.pop("headers", {})}
        return requests.request(method, self._base + path, headers=headers, timeout=TIMEOUT, **content)
