"""imaplib over a socket of our own: everything that a server does is waited for and taken in within bounds.

imaplib waits for each byte anew, and would listen for ever to a server that says one now and then. Here each
command has a time and a size for all of its answer. `open`, `read`, `readline`, `send` and `shutdown` are
what imaplib leaves to others to write.
"""

import imaplib
import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from shared.servers import Server

CONNECT_SECONDS = 10.0
LARGEST_ANSWER = 8 * 1024 * 1024  # the numbers of a million mails
CHUNK = 64 * 1024


class Line(imaplib.IMAP4):
    """A connection; made, it has greeted. Any thread may `hang_up`, from when `connected` is told of it."""

    def __init__(self, server: Server, seconds: float, connected: Callable[["Line"], None]) -> None:
        self._server, self._seconds, self._connected = server, seconds, connected
        self._arrived = bytearray()
        self._came_over: socket.socket | None = None
        self._until, self._room = 0.0, 0
        super().__init__(server.host, server.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connects, and begins TLS where that comes first."""
        self.host, self.port = host, port
        self._allow()
        self.sock = socket.create_connection((host, port), min(CONNECT_SECONDS, self._seconds))
        self._connected(self)
        context = self._server.context() if self._server.security == "tls" else None
        if context is not None:
            self.sock = context.wrap_socket(self.sock, server_hostname=host)

    def send(self, data: Any) -> None:
        """Says something; from here the time of its answer runs."""
        self._allow()
        self.sock.settimeout(self._seconds)
        self.sock.sendall(data)

    def readline(self) -> bytes:
        """The next line, with its end."""
        self._forget_what_came_before_tls()
        while (end := self._arrived.find(b"\n")) < 0:
            self._listen()
        return self._taken(end + 1)

    def read(self, size: int) -> bytes:
        """So many bytes."""
        self._forget_what_came_before_tls()
        while len(self._arrived) < size:
            self._listen()
        return self._taken(size)

    def shutdown(self) -> None:
        """Ends the connection."""
        self.hang_up()
        self.sock.close()

    def hang_up(self) -> None:
        """Whoever listens stops listening."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def _allow(self) -> None:
        self._until, self._room = monotonic() + self._seconds, LARGEST_ANSWER

    def _listen(self) -> None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        if self._room <= 0:
            raise self.abort("unexpected length of an answer")
        self.sock.settimeout(left)
        heard = self.sock.recv(CHUNK)
        if not heard:
            raise ConnectionResetError("the server has gone")
        self._room -= len(heard)
        self._arrived += heard

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._arrived[:size])
        del self._arrived[:size]
        return taken

    def _forget_what_came_before_tls(self) -> None:
        """Anybody on the way could have said it."""
        if self._came_over is not self.sock:
            self._arrived.clear()
            self._came_over = self.sock
