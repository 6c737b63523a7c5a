"""What the tests of what comes back share: a mail that has gone, by its envelope, and how things stand."""

from collections.abc import Awaitable, Callable

from services.notifications import storage
from services.notifications.domain.delivery import Template
from services.notifications.returns import ReturnAddresses
from shared.contracts.base import Fact
from shared.contracts.intake import ContactChanged
from shared.database import Database
from tests.notifications.builders import NOW
from tests.notifications.mail_servers import Received
from tests.notifications.returned_mails import Original
from tests.notifications.watching import rows

KEY = "a-key-of-the-tests-long-enough-to-be-one"
SENDERS = ("care@arroyowillow.example.org", "dana@frontdesk.example.org")
ADDRESSES = ReturnAddresses.of("own", (KEY,), SENDERS)
FAILED = "notifications.mail.failed.v1"
OWNER_TOLD = "unreachable_notice to dana"

Send = Callable[..., Awaitable[Original]]


def original_of(mail: Received) -> Original:
    """A mail as its server may send it back."""
    return Original(mail.sender, mail.recipients[0], mail.message_id)


def spoke_up(*changed: str, silenced: bool = False) -> Fact:
    """They changed how they are reached."""
    about = {"request_id": "request-1", "reference": "R-7F3K2", "version": 2, "person_id": "person-1"}
    fields = {"changed_at": NOW, "silenced": silenced, "changed": changed}
    return ContactChanged.model_validate(about | fields)


async def barriers(database: Database) -> frozenset[str]:
    """What stands between the person and their mail."""
    async with database.reading() as tx:
        found = await storage.barriers(tx, ["request-1"])
    return found.get("request-1", frozenset())


async def state_of(database: Database, template: Template) -> tuple[str, str | None]:
    """Of the only mail of this kind."""
    return next((row.state, row.reason) for row in await rows(database) if row.template == template)
