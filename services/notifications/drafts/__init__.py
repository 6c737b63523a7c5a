"""How each mail is made from what was announced and what was asked for at the moment of sending.

Pure: the same facts, contact and practice give the same mail. One module an audience: `client` (with
`calls` and `readings`), `desk` (with `decisions`, `duties`, `returned`,
`call_notices` and `digest`), `clinician`.
"""

from services.notifications.drafts.call_notices import (
    HerCall,
    call_booked_notice,
    call_cancelled_notice,
    call_elsewhere,
    call_handed_over,
    call_moved_notice,
    call_outcome,
    call_soon,
)
from services.notifications.drafts.calls import (
    TheirCall,
    call_cancelled,
    call_confirmed,
    call_missed,
    call_moved,
    call_reminder,
    contact_changed,
    may_book,
)
from services.notifications.drafts.client import (
    acknowledgement,
    introduction,
    professional_acknowledgement,
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
from services.notifications.drafts.duties import (
    introduced_notice,
    overdue,
    professional_notice,
    withdrawn_notice,
)
from services.notifications.drafts.readings import (
    TheirSeries,
    readiness_check_in,
    readiness_practice,
    readiness_reading,
    reading_list,
    ready_notice,
)
from services.notifications.drafts.returned import unreachable_notice

__all__ = [
    "HerCall",
    "TheirCall",
    "TheirSeries",
    "acknowledgement",
    "call_booked_notice",
    "call_cancelled",
    "call_cancelled_notice",
    "call_confirmed",
    "call_elsewhere",
    "call_handed_over",
    "call_missed",
    "call_moved",
    "call_moved_notice",
    "call_outcome",
    "call_reminder",
    "call_soon",
    "contact_changed",
    "digest",
    "held",
    "introduced_notice",
    "introduction",
    "introduction_clinician",
    "may_book",
    "nobody_fits",
    "offer",
    "offer_ended",
    "overdue",
    "professional_acknowledgement",
    "professional_notice",
    "proof_code",
    "quarantine_notice",
    "readiness_check_in",
    "readiness_notice",
    "readiness_practice",
    "readiness_reading",
    "reading_list",
    "ready_notice",
    "referral",
    "referred_out",
    "safety_alert",
    "supervisor_notice",
    "unreachable_notice",
    "waitlist",
    "waitlist_check_in",
    "waitlist_close",
    "withdrawn_notice",
]
