"""What comes back: the addresses to which mails return, and what a returned mail says."""

from services.notifications.returns.addresses import ReturnAddresses
from services.notifications.returns.reading import Read, read

__all__ = ["Read", "ReturnAddresses", "read"]
