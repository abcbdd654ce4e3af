"""The databases of the rig: a SQLite file or a MariaDB server of its own for every test, copied from a prepared one.

Both say in `environment` how a process of the site reaches them and in `settings` how Django in this process does.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sandbox.databases import database_from_url, sqlite_database
from sandbox.demo.processes import wait_until
from tests.faults.rig.processes import Process, Processes

PREPARE_SECONDS = 600.0
START_SECONDS = 120.0
NAME = "sandbox"
USER = "sandbox"  # no administrator: a server that is read-only refuses its writes
ROOT = "root"
KINDS = ("sqlite", "mariadb")


class Database(Protocol):
    """What a site needs of its database."""

    kind: str
    environment: dict[str, str]
    settings: dict[str, Any]

    def start(self) -> None:
        """Make it reachable."""

    def holding(self, statement: str) -> Any:
        """A context in which a second connection has run a statement in a transaction that stays open."""


class SqliteDatabase:
    """A file in WAL mode."""

    kind = "sqlite"

    def __init__(self, file: Path) -> None:
        self.file = file
        self.environment = {"SANDBOX_DB": str(file)}
        self.settings = sqlite_database(file)

    def start(self) -> None:
        """It is there as soon as its file is."""

    @contextmanager
    def holding(self, statement: str) -> Iterator[None]:
        """Nobody else can write meanwhile, whatever the statement is."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(statement.removesuffix(" FOR UPDATE"))
            yield
            connection.execute("ROLLBACK")


class MariaDatabase:
    """A server with a data folder and a socket of its own, and no port."""

    kind = "mariadb"

    def __init__(self, processes: Processes, data: Path, options: str = "") -> None:
        self._processes = processes
        self._process: Process | None = None
        self.data = data
        # The address of a socket has 107 bytes: too few for a folder of pytest's.
        self._short = Path(tempfile.mkdtemp(prefix="bulk-"))
        self._options = options
        self.socket = self._short / "s"
        self.environment = {"SANDBOX_DATABASE_URL": self.url(USER)}
        self.settings = database_from_url(self.url(USER))

    def url(self, user: str, name: str = NAME, *, options: str = "") -> str:
        """Its address as the site's settings read it; `options` such as `&innodb_lock_wait_timeout=1`."""
        return f"mysql://{user}@/{name}?unix_socket={self.socket}{self._options}{options}"

    def start(self) -> None:
        """Start it, again on the same socket, and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        self._process = self._processes.start("mariadb", _server(self.data, self.socket))
        wait_until(self._answers, START_SECONDS, self._process)

    def stop(self) -> None:
        """Shut it down in good order."""
        assert self._process
        self._process.stop(START_SECONDS)

    def kill(self) -> None:
        """SIGKILL; what was committed is there again after `start`."""
        assert self._process
        self._process.kill()

    def clean(self) -> None:
        """Remove what lies outside of the test's folder."""
        shutil.rmtree(self._short, ignore_errors=True)

    def run(self, *statements: str) -> list[Any]:
        """Run statements as administrator; the rows of the last one."""
        import MySQLdb

        with closing(MySQLdb.connect(unix_socket=str(self.socket), user=ROOT, autocommit=True)) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def kill_connections(self) -> int:
        """Cut every connection of the site; how many there were."""
        import MySQLdb
        from MySQLdb.constants import ER

        found = self.run(f"SELECT id FROM information_schema.processlist WHERE user = '{USER}'")
        for (number,) in found:
            try:
                self.run(f"KILL {number}")
            except MySQLdb.OperationalError as error:
                if error.args[0] != ER.NO_SUCH_THREAD:  # it has ended by itself meanwhile
                    raise
        return len(found)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Refuse every write of the site (error 1290) meanwhile."""
        self.run("SET GLOBAL read_only = 1")
        yield
        self.run("SET GLOBAL read_only = 0")

    @contextmanager
    def holding(self, statement: str) -> Iterator[Callable[[str], object]]:
        """A second connection runs a statement, such as `SELECT ... FOR UPDATE`, in a transaction that stays open.

        Gives what runs further statements in it.
        """
        import MySQLdb

        with closing(MySQLdb.connect(unix_socket=str(self.socket), user=ROOT, db=NAME)) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            yield cursor.execute
            connection.rollback()

    def count(self, status: str) -> int:
        """A counter of the server, such as `Innodb_deadlocks`."""
        return int(self.run(f"SHOW GLOBAL STATUS LIKE '{status}'")[0][1])

    def _answers(self) -> bool:
        import MySQLdb

        try:
            return bool(self.run("SELECT 1"))
        except MySQLdb.Error:
            return False


def prepare_sqlite(folder: Path) -> Path:
    """Make a file with tables, seed and audit, to be copied for every test."""
    file = folder / "prepared.sqlite3"
    _prepare(Processes(folder / "logs", {}), SqliteDatabase(file).environment)
    return file


def prepare_mariadb(folder: Path) -> Path:
    """Make a data folder with tables, seed and audit, to be copied for every test."""
    with installed_mariadb(folder) as server:
        server.run(
            f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4",
            f"CREATE USER {USER}@localhost",
            f"GRANT ALL ON {NAME}.* TO {USER}@localhost",
        )
        _prepare(Processes(folder / "logs", {}), server.environment)
        server.stop()
    return server.data


@contextmanager
def installed_mariadb(folder: Path) -> Iterator[MariaDatabase]:
    """A new, empty server that runs; it is gone afterwards, its data folder stays."""
    data = folder / "prepared-data"
    processes = Processes(folder / "logs", {})
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db"]
    login = ["--auth-root-authentication-method=normal", *_as_root(), *_SMALL]
    processes.start("install", [*install, *login]).finish(PREPARE_SECONDS)
    server = MariaDatabase(processes, data)
    try:
        server.start()
        yield server
    finally:
        processes.stop()
        server.clean()


def copy_sqlite(prepared: Path, file: Path) -> SqliteDatabase:
    """A database of a test's own."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(prepared, file)
    return SqliteDatabase(file)


def copy_mariadb(prepared: Path, processes: Processes, data: Path, options: str = "") -> MariaDatabase:
    """A server of a test's own, not started yet; `options` go to everybody's addresses of it."""
    shutil.copytree(prepared, data)
    return MariaDatabase(processes, data, options)


def has_mariadb() -> bool:
    """Whether this machine has the server and this Python its client."""
    from importlib.util import find_spec

    return bool(shutil.which("mariadbd") and shutil.which("mariadb-install-db") and find_spec("MySQLdb"))


_SMALL = ("--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M")


def _server(data: Path, socket: Path) -> list[str]:
    return [
        "mariadbd",
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={socket}",
        f"--pid-file={socket.with_name('pid')}",
        "--skip-networking",
        "--skip-name-resolve",
        # A killed server loses nothing by this; a machine that loses power would.
        "--innodb-flush-log-at-trx-commit=2",
        "--innodb-doublewrite=0",
        *_SMALL,
        *_as_root(),
    ]


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _prepare(processes: Processes, environment: Mapping[str, str]) -> None:
    base = {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "SANDBOX_MEDIA_ROOT": str(processes.folder / "media")}
    state = {"SANDBOX_STATE_DIR": str(processes.folder)}
    process = processes.python(
        "prepare", "-m", "tests.faults.rig.prepare", environment={**base, **state, **environment}
    )
    process.finish(PREPARE_SECONDS)
