"""An S3 server of the tests' own, as a process, with the host's public media settings around it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sandbox.demo.processes import Child, free_port, is_listening, wait_until

BUCKET = "catalog-uploads"
ACCOUNT = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
START_SECONDS = 30.0


class S3Server:
    """moto's server; what it keeps is lost when it stops."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "s3.log"
        self._child: Child | None = None

    def start(self) -> None:
        arguments = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self._child = Child("S3 server", arguments, environment={}, log=self._log)
        wait_until(lambda: is_listening(self.port), START_SECONDS, self._child)

    def stop(self) -> None:
        if self._child:
            self._child.kill()

    def client(self) -> Any:
        return boto3.client("s3", endpoint_url=self.url, **ACCOUNT)

    def stored(self) -> list[str]:
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def s3(s3_server: S3Server, settings: Any) -> S3Server:
    """An empty bucket, and a host that keeps its media in public: uploads go through the alias of ours."""
    client = s3_server.client()
    client.create_bucket(Bucket=BUCKET)
    for key in s3_server.stored():
        client.delete_object(Bucket=BUCKET, Key=key)
    settings.AWS_DEFAULT_ACL = "public-read"
    settings.AWS_QUERYSTRING_AUTH = False
    settings.AWS_S3_CUSTOM_DOMAIN = "cdn.example.org"
    use_bucket(settings, s3_server.url)
    return s3_server


def use_bucket(settings: Any, url: str, backend: str = "course_discovery_bulk.storage.s3.PrivateS3Storage") -> None:
    """Send uploads to the bucket behind an address."""
    options = {
        "bucket_name": BUCKET,
        "endpoint_url": url,
        "access_key": ACCOUNT["aws_access_key_id"],
        "secret_key": ACCOUNT["aws_secret_access_key"],
        "region_name": ACCOUNT["region_name"],
    }
    entry = {"BACKEND": backend, "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "course_discovery_bulk": entry}
