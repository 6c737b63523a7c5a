"""Every mail of the practice, one frozen type a template; `drafts` makes them from what was announced.

A type's fields are all that its template can say. None of them holds a word that a person wrote: a name,
a way to reach them, codes put into the practice's words, times.
"""

from services.notifications.mails.client import (
    Acknowledgement,
    AnswerThrough,
    Book,
    ClientMail,
    Introduced,
    Introduction,
    MailToTheClient,
    Place,
    ProfessionalAcknowledgement,
    ReadingList,
    ReferredOut,
    Supervisor,
    Waitlist,
    WaitlistCheckIn,
    WaitlistClose,
)
from services.notifications.mails.desk import (
    Asked,
    CoordinatorMail,
    Fit,
    Held,
    MailToTheDesk,
    Near,
    NobodyFits,
    Outcome,
    Person,
    QuarantineNotice,
    ReadinessNotice,
    Reading,
    Referral,
    SafetyAlert,
)

Mail = MailToTheClient | MailToTheDesk

__all__ = [
    "Acknowledgement",
    "AnswerThrough",
    "Asked",
    "Book",
    "ClientMail",
    "CoordinatorMail",
    "Fit",
    "Held",
    "Introduced",
    "Introduction",
    "Mail",
    "MailToTheClient",
    "MailToTheDesk",
    "Near",
    "NobodyFits",
    "Outcome",
    "Person",
    "Place",
    "ProfessionalAcknowledgement",
    "QuarantineNotice",
    "ReadinessNotice",
    "Reading",
    "ReadingList",
    "Referral",
    "ReferredOut",
    "SafetyAlert",
    "Supervisor",
    "Waitlist",
    "WaitlistCheckIn",
    "WaitlistClose",
]
