"""Statements are bounded by what the server takes; what never fits is not sent and is not tried again."""

from __future__ import annotations

import pytest
from django.db import OperationalError, transaction

from course_discovery_bulk.db import retrying, statements
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.exceptions import StatementTooLarge
from course_discovery_bulk.models import BulkOperationTask
from tests.integration.api.records import make_task


def test_rows_go_together_as_far_as_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "packet_bytes", lambda: statements.ROOM + 10)

    assert list(statements.in_batches([4, 4, 4, 30, 1], lambda size: size)) == [[4, 4], [4], [30], [1]]


@pytest.mark.parametrize(("value", "size"), [("abc", 3), ("Größe", 7), ("a'b\\", 6), ({"a": "é"}, 20)])
def test_a_value_is_measured_as_it_is_sent(value: object, size: int) -> None:
    assert statements.literal_bytes(value) == size


@pytest.mark.django_db
def test_a_statement_that_never_fits_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    task = make_task(None)
    monkeypatch.setattr(statements, "packet_bytes", lambda: 5_000)
    tasks = BulkOperationTask.objects.filter(pk=task.pk)

    with pytest.raises(StatementTooLarge), transaction.atomic():
        persist(lambda: tasks.update(notes=["x" * 6_000]))
    persist(lambda: tasks.update(notes=["x" * 1_000]))

    assert tasks.get().notes == ["x" * 1_000]


@pytest.mark.django_db
def test_a_server_that_refuses_a_packet_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "packet_bytes", lambda: 5_000)
    monkeypatch.setattr(retrying.time, "sleep", pytest.fail)

    def refuse() -> None:
        raise OperationalError(1153, "Got a packet bigger than 'max_allowed_packet' bytes")

    with pytest.raises(StatementTooLarge):
        persist(refuse)
