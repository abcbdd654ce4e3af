"""Reads where the site keeps its data: a SQLite file, or an address such as mysql://user:password@host:3306/name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django

ENGINES = {
    "mysql": "django.db.backends.mysql",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
}
MYSQL_SECONDS = {"connect_timeout": 5, "read_timeout": 30, "write_timeout": 30}
MYSQL_LOCK_WAIT_SECONDS = 10
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


def sqlite_database(path: Path) -> dict[str, Any]:
    """A database in one file that several processes may use at once: writers queue instead of failing."""
    options: dict[str, Any] = {"timeout": 20}
    if django.VERSION >= (5, 1):
        # Taking the write lock when a transaction opens makes a second writer wait; a lock taken later only fails.
        options |= {"transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS}
    path.parent.mkdir(parents=True, exist_ok=True)
    # Threads of a test open connections of their own, so the test database must be a file as well.
    test_file = Path(tempfile.gettempdir()) / f"sandbox-test-{os.getpid()}.sqlite3"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": options,
        "TEST": {"NAME": str(test_file)},
    }


def database_from_url(url: str) -> dict[str, Any]:
    """A server's database; the address's query becomes driver options, as in ?unix_socket=/run/mysqld.sock."""
    parts = urlsplit(url)
    if parts.scheme not in ENGINES:
        raise ValueError(f"SANDBOX_DATABASE_URL: unknown kind of database {parts.scheme!r}")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    test: dict[str, str] = {}
    if parts.scheme == "mysql":
        _use_pymysql_without_mysqlclient()
        options = _mysql_options(options)
        test = {"CHARSET": "utf8mb4"}
    return {
        "ENGINE": ENGINES[parts.scheme],
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "TEST": test,
        "CONN_HEALTH_CHECKS": True,
    }


def _mysql_options(given: dict[str, Any]) -> dict[str, Any]:
    """What a site should set: nothing waits for ever, nothing is cut off silently, and every character fits."""
    seconds = {name: int(given.pop(name, default)) for name, default in MYSQL_SECONDS.items()}
    lock_wait = int(given.pop("innodb_lock_wait_timeout", MYSQL_LOCK_WAIT_SECONDS))
    return {
        "charset": "utf8mb4",
        "isolation_level": "read committed",
        "init_command": f"SET SESSION innodb_lock_wait_timeout={lock_wait}, sql_mode='STRICT_TRANS_TABLES'",
        **seconds,
        **given,
    }


def _use_pymysql_without_mysqlclient() -> None:
    try:
        __import__("MySQLdb")
    except ImportError:
        __import__("pymysql").install_as_MySQLdb()
