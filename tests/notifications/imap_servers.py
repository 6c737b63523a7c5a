"""What stands between us and a mailbox on a bad day: a way that breaks off, servers that talk nonsense."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from dataclasses import replace as with_
from typing import TypeVar

from services.notifications.imap import MailboxServer

CAPABILITY = b"* CAPABILITY IMAP4rev1 %s\r\n"
WELL = b"%s OK done\r\n"


@dataclass
class Way:
    """Passes on everything between a client and a server, and watches."""

    to_port: int
    port: int = 0
    ends_at: bytes | None = None  # the connection ends instead of the command that holds this
    holds_at: bytes | None = None  # that command goes no further, and nothing after it
    adds_to: tuple[bytes, bytes] | None = None  # to what holds the first, the second is added
    held: asyncio.Event = field(default_factory=asyncio.Event)
    from_server: int = 0  # bytes
    said: list[bytes] = field(default_factory=list)  # by clients
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def to(self, mailbox: MailboxServer) -> MailboxServer:
        """The same mailbox, over this way."""
        return with_(mailbox, port=self.port)

    def asked_for(self, command: bytes) -> int:
        return sum(command in one for one in self.said)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.to_port)
        except ConnectionError:
            writer.close()
            return
        back = asyncio.create_task(self._back(from_server, writer))
        self._tasks.add(back)
        try:
            while (line := await reader.read(65536)) and not self._ends(line):
                self.said.append(line)
                if self.holds_at is not None and self.holds_at in line:
                    self.held.set()
                    break
                to_server.write(line)
            while self.held.is_set() and await reader.read(1):
                pass
        finally:
            to_server.close()
            writer.close()

    def _ends(self, line: bytes) -> bool:
        return self.ends_at is not None and self.ends_at in line

    def _added(self, data: bytes) -> bytes:
        return self.adds_to[1] if self.adds_to is not None and self.adds_to[0] in data else b""

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                self.from_server += len(data)
                writer.write(data + self._added(data))
            writer.close()


@dataclass
class Talker:
    """A server that greets, and answers each command by a function of its tag and its words."""

    answer: Callable[[bytes, bytes], Sequence[bytes]]
    greeting: bytes = b"* OK ready\r\n"
    port: int = 0
    met: int = 0
    pause: float = 0.0  # between two bytes

    def mailbox(self) -> MailboxServer:
        return MailboxServer.read(f"imap://desk@127.0.0.1:{self.port}", "secret")

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met += 1
        with suppress(ConnectionError):
            await self._say(writer, self.greeting)
            while line := await reader.readline():
                tag, _, words = line.strip().partition(b" ")
                for each in self.answer(tag, words):
                    await self._say(writer, each)
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, text: bytes) -> None:
        for piece in [text] if not self.pause else [bytes([one]) for one in text]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(self.pause)


S = TypeVar("S", Way, Talker)


@asynccontextmanager
async def standing(one: S) -> AsyncIterator[S]:
    """It listens meanwhile."""
    server = await asyncio.start_server(one.meet, "127.0.0.1", one.port)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()


def sane(**instead: bytes) -> Callable[[bytes, bytes], Sequence[bytes]]:
    """A server with one mail in it, but for what it says instead to some commands, by their first word."""
    usual = {
        b"CAPABILITY": CAPABILITY % b"",
        b"SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 2] .\r\n",
        b"UID SEARCH": b"* SEARCH 1\r\n",
        b"UID FETCH": b"* 1 FETCH (UID 1 BODY[]<0> {17}\r\nSubject: hello\r\n\r)\r\n",
        b"LOGOUT": b"* BYE .\r\n",
    }

    def answer(tag: bytes, words: bytes) -> Sequence[bytes]:
        for command, said in instead.items():
            if words.upper().startswith(command.replace("_", " ").encode()):
                return [said.replace(b"TAG", tag)]
        return [*(said for command, said in usual.items() if words.upper().startswith(command)), WELL % tag]

    return answer
