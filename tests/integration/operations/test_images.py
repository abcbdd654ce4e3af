"""Pictures named by address: downloaded by the worker, sent as data, and a bad one leaves nothing half done."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image

from sandbox.discovery.models import Course
from tests.integration.operations.conftest import Run
from tests.integration.operations.test_preview import client

HEADER = "organization,title,number,course_enrollment_track,course_run_enrollment_track,start_date,end_date"
ROW = "edX,With picture,PIC1,Audit Only,Audit Only,2030-01-15,2030-06-15,Self-Paced"


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return content.getvalue()


class Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/course.png"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(picture() if found else b"")

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def host(settings: Any) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.BULK_OPERATIONS = {
            **settings.BULK_OPERATIONS,
            "IMAGE_ALLOWED_NETWORKS": ["127.0.0.0/8"],
            "IMAGE_PORTS": [server.server_port],
        }
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_picture_reaches_a_new_course(catalog: None, run: Run, host: str) -> None:
    task = run("course_create", f"{HEADER},course_pacing,image\n{ROW},{host}/course.png\n")

    assert (task.status, [p["code"] for p in task.rows.get().problems]) == ("completed", [])
    assert client().get_course("edX+PIC1")["image"]["src"]


def test_a_picture_replaces_that_of_a_course(catalog: None, run: Run, host: str) -> None:
    task = run("course_update", f"course_key,image\nedX+BASE1,{host}/course.png\n")

    assert task.status == "completed"
    assert client().get_course("edX+BASE1")["image"]["src"]


def test_a_picture_that_is_not_there_makes_no_course(catalog: None, run: Run, host: str) -> None:
    task = run("course_create", f"{HEADER},course_pacing,image\n{ROW},{host}/gone.png\n")

    row = task.rows.get()
    assert (row.status, [(p["code"], p["column"]) for p in row.problems]) == ("failed", [("IMAGE_NOT_USABLE", "image")])
    assert not Course.objects.filter(key="edX+PIC1").exists()


def test_a_picture_in_a_private_network_is_never_asked_for(catalog: None, run: Run) -> None:
    task = run("course_update", "course_key,image\nedX+BASE1,http://127.0.0.1/course.png\n")

    assert [p["code"] for p in task.rows.get().problems] == ["IMAGE_NOT_USABLE"]
    assert client().get_course("edX+BASE1")["image"] is None
