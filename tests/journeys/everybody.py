"""Every mail that everybody got: to whom, by which template, and every word in it."""

import email
import email.policy
from collections.abc import Collection
from email.message import EmailMessage

from tests.journeys.product import Product

Told = tuple[str, str]  # who, by their role or address, and the template


async def told(product: Product) -> set[Told]:
    """Who was sent what so far, by role; every mail that arrived is one of these."""
    await product.settle()
    rows = await product.rows("notifications", "SELECT role, template FROM deliveries WHERE state = 'sent'")
    assert len(rows) == len(product.mails), [(mail.to, mail.subject) for mail in product.mails]
    return {(row["role"], row["template"]) for row in rows}


def addresses(product: Product) -> set[str]:
    """Everybody whom a mail went to, as the envelopes have it."""
    return {mail.to for mail in product.mails}


def everything_in(content: bytes) -> str:
    """The headers and every part of a mail, entries for calendars and both bodies, as they are read."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = [f"{name}: {value}" for name, value in message.items()]
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_maintype() == "text":
            parts.append(part.get_content().replace("\r\n ", ""))
    return "\n".join(parts)


def given_away(product: Product, forbidden: Collection[str], *, to: str = "") -> list[Told]:
    """Which mails (to this address, or to anybody) hold one of these words, and which."""
    return [
        (mail.to, word)
        for mail, taken in zip(product.mails, product.server.taken, strict=True)
        if not to or mail.to == to
        for word in forbidden
        if word.casefold() in everything_in(taken.content).casefold()
    ]
