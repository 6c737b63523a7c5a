"""How each mail is made from what was announced and what was asked for at the moment of sending.

Pure: the same facts, contact and practice give the same mail. One module an audience: `client`, `desk`
(with `decisions`, `duties` and `digest`), `clinician`.
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
from services.notifications.drafts.clinician import (
    introduction_clinician,
    offer,
    offer_ended,
    proof_code,
    supervisor_notice,
)
from services.notifications.drafts.desk import (
    held,
    nobody_fits,
    quarantine_notice,
    readiness_notice,
    referral,
    safety_alert,
)
from services.notifications.drafts.digest import digest
from services.notifications.drafts.duties import introduced_notice, overdue, professional_notice

__all__ = [
    "acknowledgement",
    "digest",
    "held",
    "introduced_notice",
    "introduction",
    "introduction_clinician",
    "nobody_fits",
    "offer",
    "offer_ended",
    "overdue",
    "professional_acknowledgement",
    "professional_notice",
    "proof_code",
    "quarantine_notice",
    "readiness_notice",
    "reading_list",
    "referral",
    "referred_out",
    "safety_alert",
    "supervisor_notice",
    "waitlist",
    "waitlist_check_in",
    "waitlist_close",
]
