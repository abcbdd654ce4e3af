"""The token that the demo hands out to scripts: it logs in as the user it was asked for."""

from __future__ import annotations

import sys

import pytest
from django.core.management import call_command
from django.test import Client

from sandbox.demo import issue_token


@pytest.mark.django_db
def test_the_token_logs_in(monkeypatch, capsys) -> None:
    call_command("seed_catalog", verbosity=0)
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["issue_token", "outsider"])

    assert issue_token.main() == 0
    token = capsys.readouterr().out.strip()

    answer = Client(headers={"Authorization": f"JWT {token}"}).get("/api/v1/bulk_operation_tasks/")
    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    assert Client().get("/api/v1/bulk_operation_tasks/").status_code == 401
