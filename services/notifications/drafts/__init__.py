"""How each mail is made from what was announced and what was asked for at the moment of sending.

Pure: the same facts, contact and practice give the same mail. One module an audience: `client`, `desk`,
`clinician`.
"""

from services.notifications.drafts.client import (
    acknowledgement,
    reading_list,
    referred_out,
    waitlist,
)
from services.notifications.drafts.desk import (
    held,
    nobody_fits,
    quarantine_notice,
    readiness_notice,
    referral,
    safety_alert,
)

__all__ = [
    "acknowledgement",
    "held",
    "nobody_fits",
    "quarantine_notice",
    "readiness_notice",
    "reading_list",
    "referral",
    "referred_out",
    "safety_alert",
    "waitlist",
]
