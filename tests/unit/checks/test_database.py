"""System checks of the default database's options."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk.checks.database import check_database, check_options

UTF8MB4 = {"charset": "utf8mb4"}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (UTF8MB4, []),
        ({**UTF8MB4, "isolation_level": "read committed"}, []),
        ({**UTF8MB4, "isolation_level": "READ COMMITTED"}, []),
        ({**UTF8MB4, "isolation_level": "repeatable read"}, ["W013"]),
        ({**UTF8MB4, "isolation_level": None}, ["W013"]),  # whatever the server says, which is repeatable read
        ({"charset": "utf8"}, ["W014"]),
        ({"charset": "latin1", "isolation_level": "serializable"}, ["W013", "W014"]),
    ],
)
def test_options_of_mysql(options: dict[str, Any], found: list[str]) -> None:
    messages = check_options("mysql", options)

    assert [str(message.id).rpartition(".")[2] for message in messages] == found
    assert all(message.hint for message in messages)


def test_without_a_charset_it_is_the_one_of_this_django(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for charset in ("utf8", "utf8mb4"):
        monkeypatch.setattr("course_discovery_bulk.checks.database.DJANGOS_CHARSET", charset)
        found[charset] = len(check_options("mysql", {}))

    assert found == {"utf8": 1, "utf8mb4": 0}


def test_other_databases_have_neither_question() -> None:
    assert check_options("sqlite", {"timeout": 20}) == []
    assert check_options("postgresql", {"isolation_level": 4}) == []


def test_the_database_in_use_is_looked_at_without_connecting() -> None:
    assert check_database() == []  # pytest-django refuses a connection here
