"""The mail part: `python -m deploy.local.mail <folder> <SMTP port> <page port> <folder of the practice>`."""

import sys
from pathlib import Path

import uvicorn
import uvloop

from deploy.house import practice_of
from deploy.local.environment import surroundings
from deploy.local.mail.folder import MailFolder
from deploy.local.mail.inbox import create_inbox
from deploy.local.mail.server import serve_smtp
from deploy.local.ports import LOOPBACK
from services.notifications.gallery import Gallery
from shared.clock import utc_now
from shared.ids import RandomIds


async def serve(folder: Path, smtp_port: int, page_port: int, practice: Path) -> None:
    """Keeps mail and shows it until told to stop."""
    mails = MailFolder(folder, utc_now, RandomIds())
    mails.clear_unfinished()
    smtp = await serve_smtp(mails, smtp_port)
    told = {**surroundings(), "PRACTICE_CONFIG_DIR": str(practice)}
    inbox = create_inbox(mails, lambda: Gallery(practice_of(told)))
    page = uvicorn.Config(inbox, LOOPBACK, page_port, log_level="warning", access_log=False, ws="none")
    try:
        await uvicorn.Server(page).serve()
    finally:
        smtp.close()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
