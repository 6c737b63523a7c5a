"""Makes the one mail that a delivery stands for: whose words, from which address, to which address.

`printing` finishes a mail; `clients`, `desk`, `clinicians` and `calls` say what each of theirs is made from.
"""

from services.notifications.press.job import desk_of, mail_domain
from services.notifications.press.printing import Press, Printer

__all__ = ["Press", "Printer", "desk_of", "mail_domain"]
