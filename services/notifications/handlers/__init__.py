"""What happened elsewhere, and the mails that follow from it. Sending them is another story: `delivery`."""

from services.notifications.handlers import (
    calls,
    clock,
    erasing,
    offers,
    readings,
    referrals,
    requests,
    safety,
)
from services.notifications.handlers.office import Office

LISTENERS = (
    *requests.LISTENERS,
    *safety.LISTENERS,
    *readings.LISTENERS,
    *referrals.LISTENERS,
    *offers.LISTENERS,
    *calls.LISTENERS,
    *clock.LISTENERS,
    *erasing.LISTENERS,
)

__all__ = ["LISTENERS", "Office"]
