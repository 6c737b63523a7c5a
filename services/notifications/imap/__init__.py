"""The way to the mailbox that mails come back to: where it is, one conversation, results as values."""

from services.notifications.imap.conversation import Conversation, Opened
from services.notifications.imap.results import Unreadable
from services.notifications.imap.server import MailboxServer

__all__ = ["Conversation", "MailboxServer", "Opened", "Unreadable"]
