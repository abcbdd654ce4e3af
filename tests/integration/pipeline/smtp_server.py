"""A mail server for one test, on a port of its own: it takes mails, refuses them, or hangs up when it has got one."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TAKES, REFUSES, HANGS_UP = "takes", "refuses", "hangs up"


class MailServer(socketserver.ThreadingTCPServer):
    """What it has got, and how it behaves; `mood` may be changed while it runs."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mood = TAKES
        self.got: list[bytes] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """One connection: as much of SMTP as Django's backend speaks."""

    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                if not self._take():
                    return
            elif line.startswith(b"RCPT") and self.server.mood == REFUSES:
                self._say("451 try later")
            else:
                self._say("221 bye" if line == b"QUIT" else "250 fine")

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.got.append(b"".join(lines))
        if self.server.mood == HANGS_UP:
            return False
        self._say("250 taken")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A server that runs, and settings that send mails to it."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
