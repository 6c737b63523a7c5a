"""A real Dovecot with a folder, ports and a certificate of its own; never as root."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from services.notifications.imap import MailboxServer
from tests.conftest import PATIENCE_SECONDS
from tests.notifications.builders import NOW
from tests.notifications.mail_servers import certificate

PASSWORD = 'open "sesame" \\ 7'
MOST_USERS = 200

CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {folder.name}
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
default_vsz_limit = 0
first_valid_uid = 1
first_valid_gid = 1
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
disable_plaintext_auth = yes
auth_failure_delay = 0
auth_mechanisms = plain login
auth_username_chars =
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


@dataclass(frozen=True)
class Kept:
    """A mail as it lies in the mailbox."""

    flags: frozenset[str]
    subject: str


@dataclass
class Dovecot:
    """One server and its mailboxes; each user that is named first has an empty one."""

    binary: str
    folder: Path
    plain: int
    tls: int
    process: subprocess.Popen[bytes] | None = None
    users: int = 0

    @property
    def authorities(self) -> Path:
        return self.folder / "trusted.pem"

    def mailbox(self, user: str, folder: str = "INBOX", scheme: str = "imaps") -> MailboxServer:
        """The way to it, as the service goes."""
        port = self.tls if scheme == "imaps" else self.plain
        url = f"{scheme}://{quote(user)}@127.0.0.1:{port}/{quote(folder)}"
        return MailboxServer.read(url, PASSWORD, self.authorities)

    def another(self) -> str:
        """A user whose mailbox is empty."""
        self.users += 1
        return user_name(self.users)

    def start(self) -> None:
        """Runs it as nobody where this process is root, and as this user otherwise."""
        user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        switch = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        self.process = subprocess.Popen(
            [self.binary, "-F", "-c", self.folder / "dovecot.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **switch,
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text("utf-8")
            assert time.monotonic() < deadline, "Dovecot does not begin to answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """Ends it as a power cut would, with all of its children."""
        if self.process is not None:
            children = [int(pid) for pid in _children(self.process.pid)]
            for pid in (self.process.pid, *children):
                with suppress(ProcessLookupError):  # a child may have ended by itself
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Asks it to end."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
            self.process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.plain), 1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    # --- what a mail program does ---

    @contextmanager
    def program(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4_SSL]:
        """A mail program of somebody's who reads this mailbox."""
        context = ssl.create_default_context(cafile=str(self.authorities))
        with imaplib.IMAP4_SSL("127.0.0.1", self.tls, ssl_context=context, timeout=PATIENCE_SECONDS) as one:
            one.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
            one.select(folder)
            yield one

    def bring(self, *mails: bytes, user: str, folder: str = "INBOX", at: datetime = NOW) -> None:
        """These arrive, one after the other."""
        with self.program(user) as one:
            if folder != "INBOX":
                one.create(folder)
            for mail in mails:
                answer, said = one.append(folder, "", at, mail.replace(b"\n", b"\r\n"))
                assert answer == "OK", said

    def kept(self, user: str, folder: str = "INBOX") -> Sequence[Kept]:
        """Everything that lies there, in order."""
        with self.program(user, folder) as one:
            _, found = one.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        return [
            Kept(
                frozenset(flag.decode() for flag in imaplib.ParseFlags(head)) - {r"\Recent"},
                body.decode().strip().removeprefix("Subject: "),
            )
            for head, body in (each for each in found if isinstance(each, tuple))
        ]


@contextmanager
def serving() -> Iterator[Dovecot]:
    """A running Dovecot, gone without a trace afterwards."""
    binary = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    if binary is None:
        pytest.fail("needs Dovecot (Debian: apt-get install dovecot-imapd)")
    folder = Path(tempfile.mkdtemp(prefix="practice-imap-", dir=_open_to_all()))
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    group = "nogroup" if os.getuid() == 0 else _group_of(user)
    plain, tls = _free_ports(2)
    certificate(folder)
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    said = {"folder": folder, "user": user.pw_name, "group": group, "uid": user.pw_uid, "gid": user.pw_gid}
    (folder / "dovecot.conf").write_text(CONFIGURATION.format(plain=plain, tls=tls, **said), "utf-8")
    made = Dovecot(binary, folder, plain, tls)
    users = (f"{user_name(number)}:{{PLAIN}}{PASSWORD}\n" for number in range(MOST_USERS))
    (folder / "users").write_text("".join(users), "utf-8")  # of a change Dovecot hears a second later
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    try:
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder, ignore_errors=True)


def user_name(number: int) -> str:
    """Of one that is let in; an accent is what a plain LOGIN cannot say."""
    return f"señora-{number}@example.org" if number % 7 == 0 else f"desk-{number}@example.org"


def _open_to_all() -> Path:
    """Where anybody comes by, whoever runs this."""
    usual = Path(tempfile.gettempdir())
    return usual if all(one.stat().st_mode & 0o001 for one in (usual, *usual.parents)) else Path("/tmp")


def _children(pid: int) -> Sequence[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()


def _group_of(user: pwd.struct_passwd) -> str:
    return grp.getgrgid(user.pw_gid).gr_name


def _free_ports(count: int) -> Sequence[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports
