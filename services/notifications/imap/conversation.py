"""One conversation with the server of a mailbox. It blocks: each call belongs into a thread, one at a time.

A mail is peeked at, no further than it is ever read. Nothing is moved, deleted or expunged: `flag` and `move`
of imap-tools expunge the folder, and with it whatever a person has marked as deleted and not yet let go.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from imap_tools import AND, U
from imap_tools.mailbox import BaseMailBox

from services.notifications.imap.line import Line
from services.notifications.imap.results import SERVER_ERRORS, Unreadable, at
from services.notifications.imap.server import MailboxServer

KEYWORD = "PracticeRead"
SEEN = r"\Seen"
ANY_KEYWORD = rb"\*"


@dataclass(frozen=True, slots=True)
class Opened:
    """The folder as it stands: a number under which the mails keep theirs, and the next that one will get."""

    validity: int
    next_uid: int


class _Mailbox(BaseMailBox):
    """imap-tools over our line."""

    client: Line

    def __init__(self, server: MailboxServer, seconds: float, connected: Callable[[Line], None]) -> None:
        self._server, self._seconds, self._connected = server, seconds, connected
        super().__init__()

    def _get_mailbox_client(self) -> Line:
        return Line(self._server, self._seconds, self._connected)


@dataclass(slots=True)
class Conversation:
    """From `opened` to `close`; all between them raises Unreadable when the server or the way fails."""

    server: MailboxServer
    seconds: float  # for one command and all of its answer
    most_bytes: int  # of one mail
    _line: Line | None = None  # also while its server has not greeted yet
    _box: _Mailbox | None = None
    _keywords: bool = False

    def opened(self) -> Opened:
        """Connects, begins TLS, logs in and opens the folder."""
        with at("connect"):
            self._box = box = _Mailbox(self.server, self.seconds, self._connected)
        if self.server.security == "starttls":
            with at("tls"):
                box.client.starttls(self.server.context())
        with at("login"):
            user, password = self.server.username or "", self.server.password or ""
            plain = (user + password).isascii()
            (box.login if plain else box.login_utf8)(user, password, None)
        with at("folder"):
            box.folder.set(self.server.folder)
            self._keywords = ANY_KEYWORD in _told(box, "PERMANENTFLAGS")
            validity = int(_told(box, "UIDVALIDITY"))
        with at("mails"):
            return Opened(validity, self._next_uid(box))

    def newer(self, than: int, since: date) -> Sequence[int]:
        """The mails after this one that came on that day or later, the oldest first."""
        with at("mails"):
            said = self._open().uids(AND(uid=U(str(than + 1), "*"), date_gte=since), None)
            return sorted(uid for uid in map(int, said) if uid > than)

    def beginning(self, uid: int) -> bytes | None:
        """As much of a mail as is ever read, and it stays unread; None when it has gone meanwhile."""
        with at("mails"):
            asked = f"(UID BODY.PEEK[]<0.{self.most_bytes}>)"
            answer, said = self._open().client.uid("FETCH", str(uid), asked)
            if answer != "OK":
                raise ValueError("the server does not show a mail that it has")
            return _body(uid, said)

    def mark(self, uid: int, *, as_read: bool) -> bool:
        """Puts our keyword on a mail, where the server takes keywords, and says whether all was marked."""
        flags = [KEYWORD] * self._keywords + [SEEN] * as_read
        if not flags:
            return True
        with at("mails"):
            store = self._open().client.uid
            answer, _ = store("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})")
        return bool(answer == "OK")

    def close(self) -> None:
        """Says goodbye, and does not mind what becomes of it."""
        if self._box is not None:
            with suppress(*SERVER_ERRORS):
                self._box.logout()
            self._box.client.shutdown()

    def hang_up(self) -> None:
        """Ends it from another thread: whoever waits for an answer stops waiting."""
        if self._line is not None:
            self._line.hang_up()

    def _connected(self, line: Line) -> None:
        self._line = line

    def _open(self) -> _Mailbox:
        if self._box is None:
            raise Unreadable("connection_lost")
        return self._box

    def _next_uid(self, box: _Mailbox) -> int:
        """Not every server says it with the folder."""
        said = _told(box, "UIDNEXT")
        return int(said) if said else box.folder.status(options=("UIDNEXT",))["UIDNEXT"]


def _told(box: _Mailbox, code: str) -> bytes:
    """What the server said of the folder as it was opened."""
    said = box.client.response(code)[1][-1]
    return said if isinstance(said, bytes) else b""


def _body(uid: int, said: Sequence[object]) -> bytes | None:
    """Of everything that a server may say at the same time, the mail that was asked for."""
    named = re.compile(rb"(?:^|[( ])UID %d(?:[ )]|$)" % uid)
    for number, one in enumerate(said):
        head, body = one if isinstance(one, tuple) else (one, b"")
        after = said[number + 1] if isinstance(one, tuple) and number + 1 < len(said) else b""
        if not isinstance(head, bytes) or b"BODY[]" not in head.upper():
            continue
        if named.search(head) or (isinstance(after, bytes) and named.search(after)):
            return bytes(body)
    return None
