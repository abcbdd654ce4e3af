"""An address of a database becomes Django's settings, with what keeps a MySQL site from waiting for ever."""

import pytest

from sandbox.databases import database_from_url

pytest.importorskip("MySQLdb", reason="the client of MySQL is compiled where it is used: make mariadb-client")


def test_mysql_waits_for_nothing_for_ever_and_keeps_every_character():
    found = database_from_url("mysql://me:p%40ss@db.example:3307/catalog")

    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("me", "p@ss", "db.example", "3307")
    assert found["OPTIONS"] == {
        "charset": "utf8mb4",
        "isolation_level": "read committed",
        "init_command": "SET SESSION innodb_lock_wait_timeout=10, sql_mode='STRICT_TRANS_TABLES'",
        "connect_timeout": 5,
        "read_timeout": 30,
        "write_timeout": 30,
    }


def test_the_address_decides_over_the_defaults():
    address = "mysql://me@/catalog?unix_socket=/run/db.sock&read_timeout=2&isolation_level=repeatable+read"
    options = database_from_url(f"{address}&innodb_lock_wait_timeout=3")["OPTIONS"]

    assert (options["unix_socket"], options["read_timeout"]) == ("/run/db.sock", 2)
    assert options["isolation_level"] == "repeatable read"
    assert "innodb_lock_wait_timeout=3," in options["init_command"]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="oracle"):
        database_from_url("oracle://me@db/catalog")
