"""Locks that a test holds on the database of a site, and the way that its processes reach it."""

from __future__ import annotations

from contextlib import contextmanager

from tests.faults.rig.database import USER

# A transaction that has written much is not the one that a deadlock ends.
BALLAST = "INSERT INTO faults_ballast SELECT seq FROM seq_1_to_500"


def address(site, options="", socket=None):
    """The variable that tells a process how to reach the database."""
    url = site.database.url(USER, options=options)
    return {"SANDBOX_DATABASE_URL": url.replace(str(site.database.socket), str(socket or site.database.socket))}


@contextmanager
def held(site, statement):
    """Hold what a statement locks, in a transaction that no deadlock will end; gives what runs more in it."""
    site.database.run("CREATE TABLE IF NOT EXISTS sandbox.faults_ballast (number INT) ENGINE=InnoDB")
    with site.database.holding(BALLAST) as run:
        run(statement)
        yield run


def wait_for_a_waiter(site):
    site.wait(lambda: site.database.count("Innodb_row_lock_current_waits"), "somebody to wait for the lock", 30)
