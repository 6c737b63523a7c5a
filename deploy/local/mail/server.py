"""The SMTP door: loopback only, no relay, a 250 only for what is on the disk."""

import asyncio
from types import SimpleNamespace

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mail.folder import MailFolder
from deploy.local.ports import LOOPBACK

MAIL_BYTES = 10_000_000


async def serve_smtp(folder: MailFolder, port: int) -> asyncio.Server:
    """Listens on `port` and keeps what comes in `folder`."""

    async def keep(_server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        sender, recipients = envelope.mail_from or "", tuple(envelope.rcpt_tos)
        try:
            name = await asyncio.to_thread(folder.keep, sender, recipients, content)
        except OSError:
            return "452 4.3.1 the mail cannot be written to the disk now"
        return f"250 2.0.0 kept as {name}"

    keeping = SimpleNamespace(handle_DATA=keep)

    def door() -> SMTP:
        return SMTP(keeping, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=MAIL_BYTES)

    return await asyncio.get_running_loop().create_server(door, LOOPBACK, port)
