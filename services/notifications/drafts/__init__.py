"""How each mail is made from what was announced and what was asked for at the moment of sending.

Pure: the same facts, contact and practice give the same mail. One module an audience: `client`, `desk`,
`clinician`.
"""

from services.notifications.drafts.client import (
    acknowledgement,
    introduction,
    professional_acknowledgement,
    reading_list,
    referred_out,
    waitlist,
    waitlist_check_in,
    waitlist_close,
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
    "introduction",
    "nobody_fits",
    "professional_acknowledgement",
    "quarantine_notice",
    "readiness_notice",
    "reading_list",
    "referral",
    "referred_out",
    "safety_alert",
    "waitlist",
    "waitlist_check_in",
    "waitlist_close",
]
