"""Web servers on 127.0.0.1, at ports of the system's choice, and the answers they give."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

Answer = Callable[[BaseHTTPRequestHandler], None]


class Listener:
    """A web server on 127.0.0.1 that gives one answer and notes connections and requests."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.server_names: list[str | None] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.close_connection = True
                listener.requests.append((self.requestline, dict(self.headers)))
                with suppress(OSError):  # the client goes away in the middle, as many tests want it to
                    answer(self)

            do_CONNECT = do_GET  # noqa: N815  (the name http.server looks for)

            def log_message(self, *_args: object) -> None:
                """Keep the test output clean."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self) -> tuple[socket.socket, object]:
                accepted = super().get_request()
                listener.connections += 1
                return accepted

            def handle_error(self, request: object, client_address: object) -> None:
                """A refused handshake is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            tls.sni_callback = lambda _socket, name, _context: self.server_names.append(name)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


Listen = Callable[..., Listener]


def body(content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Answer with these bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def redirect(location: str, status: int = 302) -> Answer:
    return body(b"", status=status, headers={"Location": location})


def routes(**by_name: Answer) -> Answer:
    """Answer by the first part of the path."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        by_name[handler.path.strip("/").partition("?")[0]](handler)

    return answer


def raw(*parts: bytes, pause: float = 0.0, forever: bool = False) -> Answer:
    """Write bytes as they are, with a pause after each part; `forever` repeats the last one."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for part in itertools.chain(parts, itertools.repeat(parts[-1]) if forever else ()):
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)

    return answer


def tls_for(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context
