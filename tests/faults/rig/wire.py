"""A wire between workers and MariaDB that can be cut at one statement: before it arrives, or before its answer does.

What is lost with an answer is the knowledge, not the work: the statement, which may be a COMMIT, has been carried out.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PART = 1 << 20
COMMIT = "(?i)^.{4}\x03commit$"  # the whole of a statement: levels of isolation have the word in their names


@dataclass(kw_only=True)
class Cut:
    """Cut the wire once, at the first statement that matches; `is_answer`: it arrives, and its answer does not."""

    pattern: re.Pattern[bytes]
    is_answer: bool
    is_used: bool = False


class Wire:
    """A socket of its own that leads to the server's; every connection is carried by a thread of the test."""

    def __init__(self, server: Path, place: Path) -> None:
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._lock = threading.Lock()
        self.place = place
        self.cuts: list[Cut] = []

    def cut(self, statement: str, *, is_answer: bool) -> None:
        """Order a cut; `statement` is a regular expression for any part of the statement."""
        self.cuts.append(Cut(pattern=re.compile(statement.encode(), re.DOTALL), is_answer=is_answer))

    @contextmanager
    def running(self) -> Iterator[Wire]:
        self._listener.bind(str(self.place))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(str(self._server))
            answering = threading.Event()
            answering.set()
            back = threading.Thread(target=self._carry_back, args=(server, client, answering), daemon=True)
            back.start()
            while part := client.recv(PART):
                cut = self._cut_for(part)
                if cut and not cut.is_answer:
                    break
                if cut:
                    answering.clear()
                server.sendall(part)
                if cut:
                    back.join()
                    break
            _hang_up(server, client)

    def _carry_back(self, server: socket.socket, client: socket.socket, answering: threading.Event) -> None:
        with suppress(OSError):
            while part := server.recv(PART):
                if not answering.is_set():
                    break
                client.sendall(part)
        _hang_up(client)

    def _cut_for(self, part: bytes) -> Cut | None:
        with self._lock:
            for cut in self.cuts:
                if not cut.is_used and cut.pattern.search(part):
                    cut.is_used = True
                    return cut
        return None


def _hang_up(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
